import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { signIn } from "./app";
import { plan, type Planned, Server, textsOf } from "./city";
import { age } from "./phone";

async function write(page: Page, { meeting }: Planned, text: string): Promise<void> {
  await page.goto(`/app/hop/${meeting.id}/y-kien`);
  await page.getByLabel("Ý kiến của tôi").fill(text);
  await page.getByRole("button", { name: "Gửi", exact: true }).click();
}

test(
  "the server is killed while it is sent to: its papers are read meanwhile, and it has it once",
  { tag: "@both" },
  async ({ page }) => {
    test.setTimeout(120_000);
    const { meeting, member, secretary } = await plan();
    await signIn(page, member.card);
    await page.getByRole("link", { name: "Đọc tài liệu họp" }).click();
    const topic = page.getByRole("heading", { name: "2. Quy định mới về sinh hoạt chi bộ" });
    await expect(topic).toBeVisible();
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.goto(`/app/hop/${meeting.id}/y-kien`);
    await page.getByLabel("Ý kiến của tôi").fill("Máy chủ mất điện");
    const server = new Server();
    try {
      server.freeze();
      const sent = page.waitForRequest((each) => each.method() === "POST" && each.url().endsWith("/comments"));
      await page.getByRole("button", { name: "Gửi", exact: true }).click();
      await sent;
      await server.kill();
      await expect(page.getByText("Đã lưu trên máy, chưa gửi")).toBeVisible();
      await page.goto(`/app/hop/${meeting.id}`);
      await expect(page.getByText(/^Không có mạng\. Đây là bản lưu lúc/)).toBeVisible();
      await expect(topic).toBeVisible();
    } finally {
      await server.start();
    }
    await expect.poll(() => textsOf(secretary, meeting.id), { timeout: 40_000 }).toEqual(["Máy chủ mất điện"]);
    await page.goto("/app/chua-gui");
    await expect(page.getByText("Mọi thứ đã được gửi.")).toBeVisible({ timeout: 40_000 });
    expect(await textsOf(secretary, meeting.id)).toEqual(["Máy chủ mất điện"]);
  },
);

for (const [way, days] of [
  ["ahead", 1],
  ["behind", -1],
] as const)
  test(`a phone whose clock is a day ${way} signs in, stays signed in and sends`, async ({ page }) => {
    const planned = await plan();
    await page.clock.install({ time: Date.now() + days * 86_400_000 });
    await signIn(page, planned.member.card);
    await write(page, planned, "Đồng hồ sai một ngày");
    await expect(page.getByText(/^Đã gửi lúc/)).toBeVisible();
    await page.goto("/app/");
    await expect(page.getByText("Nhà văn hóa phường, tầng 2")).toBeVisible();
    expect(await textsOf(planned.secretary, planned.meeting.id)).toEqual(["Đồng hồ sai một ngày"]);
  });

/** Every write to what the browser keeps fails from here on, as on a phone that is full. */
async function fill(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
}

test("a phone that is full says that nothing was kept, and what was written stays in its field", async ({
  page,
  context,
}) => {
  const planned = await plan();
  await signIn(page, planned.member.card);
  await fill(context);
  await write(page, planned, "Máy đã đầy");
  await expect(page.getByRole("alert")).toHaveText("Máy không lưu được. Xin chép lại nội dung.");
  await expect(page.getByLabel("Ý kiến của tôi")).toHaveValue("Máy đã đầy");
  expect(await textsOf(planned.secretary, planned.meeting.id)).toEqual([]);
});

test("five tabs renew at once, answers get lost, and nobody is signed out", async ({ page, context }) => {
  const { member } = await plan();
  await signIn(page, member.card);
  const pages = [page, ...(await Promise.all([1, 2, 3, 4].map(() => context.newPage())))];
  let asked = 0;
  await context.route("**/v1/auth/refresh", async (route) => {
    const answer = await route.fetch();
    if (asked++ < 2) await route.abort();
    else await route.fulfill({ response: answer });
  });
  for (let turn = 0; turn < 3; turn++) {
    asked = 0;
    await age(page);
    await Promise.all(pages.map((each) => each.goto("/app/")));
    for (const each of pages) {
      await each.reload();
      await expect(each.getByRole("heading", { name: "Trang chủ", level: 1 })).toBeVisible();
    }
  }
  const rows = await page.evaluate(
    () =>
      new Promise<{ ended: boolean }[]>((resolve) => {
        const opened = indexedDB.open("sotay");
        opened.onsuccess = () => {
          const read = opened.result.transaction("session").objectStore("session").getAll();
          read.onsuccess = () => resolve(read.result);
        };
      }),
  );
  expect(rows.map((row) => row.ended)).toEqual([false]);
});

test("two people share a phone, and neither sees what is the other's", async ({ page }) => {
  const { member, branch, meeting } = await plan();
  const other = branch.members[1]!;
  await signIn(page, member.card);
  await page.goto(`/app/hop/${meeting.id}/y-kien`);
  await page.getByLabel("Ý kiến của tôi").fill("Bản nháp của người thứ nhất");
  await expect(page.getByText("Đã giữ bản nháp")).toBeVisible();
  await page.goto("/app/dang-nhap");
  await page.getByLabel("Số thẻ đảng viên").fill(other.card);
  await page.getByLabel("Mật khẩu").fill("sotay-demo-2026");
  await page.getByRole("button", { name: "Đăng nhập", exact: true }).click();
  await expect(page.getByText(`Đồng chí ${other.name}`)).toBeVisible();
  await page.goto(`/app/hop/${meeting.id}/y-kien`);
  await expect(page.getByLabel("Ý kiến của tôi")).toHaveValue("");

  // Who leaves opens nobody else's profile.
  await page.goto("/app/cua-toi");
  await page.getByRole("button", { name: "Đăng xuất" }).click();
  await page.getByRole("button", { name: "Đăng xuất" }).click();
  await expect(page.getByRole("heading", { name: "Đăng nhập", level: 1 })).toBeVisible();
  await expect(page.getByRole("button", { name: member.name })).toBeVisible();
  await expect(page.getByRole("link", { name: "Gọi bí thư" })).toHaveCount(0);
});

test("a browser that keeps nothing says so", async ({ page }) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("no", "SecurityError");
    };
  });
  await page.goto("/app/");
  await expect(page.getByText(/^Trình duyệt này không lưu được/)).toBeVisible();
});

test.describe("before the worker has all of it", () => {
  test.use({ serviceWorkers: "block" });

  test("a part of the app that does not come is said, and comes when it is tried again", async ({ page }) => {
    const { member } = await plan();
    await signIn(page, member.card);
    let isAway = true;
    await page.route("**/assets/Inbox-*", (route) => (isAway ? route.abort() : route.continue()));
    await page.getByRole("link", { name: /^Hộp thư/ }).click();
    await expect(page.getByText("Máy chưa tải được phần này của ứng dụng.")).toBeVisible();
    isAway = false;
    await page.getByRole("button", { name: "Thử lại" }).click();
    await expect(page.getByRole("heading", { name: "Hộp thư", level: 1 })).toBeVisible();
  });
});
