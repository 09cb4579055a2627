/** Who goes by keys, or hears the screen, stays where he was when a press takes away what he stood on (WCAG 2.4.3). */
import { expect, type Locator, type Page, test } from "@playwright/test";
import { signIn } from "./app";
import { freeBranch, issued } from "./city";

const TEXT = "Điều 1. Thu\n1. Trong tuần đầu.\n2. Ghi sổ ngay.";

/** By the key, as who has no pointer does. */
async function press(button: Locator): Promise<void> {
  await button.focus();
  await button.press("Enter");
}

/** He stands on it or in it, and the next key leads on from there. */
async function expectStandingIn(place: Locator): Promise<void> {
  await expect.poll(() => place.evaluate((each) => each.contains(document.activeElement))).toBe(true);
}

async function read(page: Page, id: string): Promise<void> {
  await page.goto(`/app/van-ban/${id}`);
  await expect(page.getByText("Ghi sổ ngay.")).toBeVisible();
}

test("a clause that is quoted is stood on", async ({ page }) => {
  const branch = await freeBranch();
  const paper = await issued(branch, { title: "Quy chế thu", text: TEXT });
  await signIn(page, branch.members[0]!.card);
  await read(page, paper.id);
  const begin = page.getByRole("button", { name: "Trích dẫn", exact: true });
  await press(begin);
  await expect(page.getByRole("button", { name: "Thôi trích dẫn" })).toBeFocused();
  await press(page.getByRole("button", { name: "Trích dẫn đoạn này khoản 2 Điều 1" }));
  await expectStandingIn(page.locator(".card").filter({ hasText: /^khoản 2 Điều 1, / }));
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Chép trích dẫn" })).toBeFocused();
});

test("who begins to weigh a target stands in the form, and after it where he has sent", async ({ page }) => {
  const branch = await freeBranch();
  const targets = [{ text: "Kết nạp 12 đảng viên" }, { text: "Thu đủ đảng phí" }];
  const paper = await issued(branch, { kind: "resolution", title: "Nghị quyết năm", text: TEXT, targets });
  await signIn(page, branch.members[0]!.card);
  await read(page, paper.id);
  const first = page.getByRole("listitem").filter({ hasText: "Kết nạp 12 đảng viên" }).last();
  await press(first.getByRole("button", { name: /^Cho ý kiến/ }));
  await expectStandingIn(first.locator("form"));
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await expect(first.getByRole("radio").first()).toBeChecked();
  await press(first.getByRole("button", { name: "Gửi ý kiến" }));
  await expect(first.locator("form")).toHaveCount(0);
  await expect(first.getByRole("button", { name: /^Đổi ý kiến/ })).toBeFocused();
});

test("who puts a paper right stands in what he opened, and after it beside what he did", async ({ page }) => {
  const branch = await freeBranch();
  const old = await issued(branch, { title: "Quy chế cũ", text: TEXT });
  await issued(branch, { title: "Quy chế mới", text: TEXT });
  await signIn(page, branch.secretary.card);
  await page.goto(`/app/quan-ly/van-ban/${old.id}`);
  const form = page.locator("form");

  await press(page.getByRole("button", { name: "Thay bằng văn bản mới" }));
  const pick = page.getByRole("group", { name: "Văn bản mới là" });
  await expectStandingIn(pick);
  await press(page.getByRole("button", { name: "Chọn Quy chế mới" }));
  await expectStandingIn(form);
  await press(page.getByRole("button", { name: "Chọn lại" }));
  await expectStandingIn(pick);
  await press(page.getByRole("button", { name: "Chọn Quy chế mới" }));
  await page.getByLabel("Một số điều khoản").check();
  await press(page.getByRole("button", { name: "Thêm đoạn bị thay" }));
  await press(page.getByRole("button", { name: "Bỏ đoạn bị thay 2" }));
  await expectStandingIn(form);
  await page.getByLabel("Cả văn bản").check();
  await press(page.getByRole("button", { name: "Thay cả văn bản" }));
  await expect(page.getByText("Thay “Quy chế cũ” bằng “Quy chế mới”?")).toBeFocused();
  await press(page.getByRole("button", { name: "Thôi" }));
  await expectStandingIn(form);

  await press(page.getByRole("button", { name: "Thu hồi văn bản" }));
  await expect(page.getByLabel(/^Lý do thu hồi/)).toBeVisible();
  await expectStandingIn(form.last());
  await page.getByLabel(/^Lý do thu hồi/).fill("Nhầm số");
  await press(page.getByRole("button", { name: "Thu hồi", exact: true }));
  await expect(page.getByText("Văn bản này đã được thu hồi.")).toBeVisible();
  await expectStandingIn(page.locator("main"));
});
