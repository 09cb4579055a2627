import { expect, test } from "@playwright/test";
import { signIn } from "./app";
import { BASE, plan } from "./city";
import { age, Killable } from "./phone";

test("the browser is killed while it sends: what was written is there once", async () => {
  const { meeting, member, secretary } = await plan();
  const phone = new Killable();
  try {
    const before = await phone.start();
    await before.page.goto(`${BASE}/app/`);
    await signIn(before.page, member.card, BASE);
    await before.page.goto(`${BASE}/app/hop/${meeting.id}/y-kien`);
    let hasArrived = false;
    await before.page.route("**/comments", async (route) => {
      await route.fetch(); // and nobody is told
      hasArrived = true;
    });
    await before.page.getByLabel("Ý kiến của tôi").fill("Máy tắt giữa chừng");
    await before.page.getByRole("button", { name: "Gửi", exact: true }).click();
    await expect.poll(() => hasArrived).toBe(true);
    await phone.kill();

    const after = await phone.start();
    await after.page.goto(`${BASE}/app/chua-gui`);
    await expect(after.page.getByText("Mọi thứ đã được gửi.")).toBeVisible();
    const { items } = await secretary.call("GET", `/v1/meetings/${meeting.id}/comments`);
    expect(items.map((comment: { text: string }) => comment.text)).toEqual(["Máy tắt giữa chừng"]);
  } finally {
    await phone.throwAway();
  }
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
