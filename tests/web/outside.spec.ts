/** What comes from outside the app: addresses of others, names that look like a page, a phone without a voice. */
import { expect, test } from "@playwright/test";
import { signIn } from "./app";
import { Caller, freeBranch, loginOf, plan } from "./city";

test("who opens an address of another branch's is told nothing, not even that it is there", async ({ page }) => {
  const { meeting, paper } = await plan();
  const { members } = await freeBranch();
  await signIn(page, members[0]!.card);
  for (const path of [`hop/${meeting.id}`, `hop/${meeting.id}/de-xuat`, `van-ban/${paper}`]) {
    await page.goto(`/app/${path}`);
    await expect(page.getByRole("alert").first()).toHaveText("Không tìm thấy. Nội dung này có thể đã được thu hồi.");
  }
  await expect(page.getByText("sinh hoạt chi bộ")).toHaveCount(0);
});

test("a name that looks like a page is read as it is written", async ({ page }) => {
  const { meeting, secretary, branch } = await plan();
  const admin = new Caller(loginOf("city-admin").card_number);
  const card_number = `${Date.now()}`.slice(-12);
  const full_name = '<img src=x onerror="document.title=1"> & <b>An</b>';
  await admin.call("POST", "/v1/members", { branch_id: branch.id, card_number, full_name });
  await secretary.call("POST", `/v1/meetings/${meeting.id}/comments`, { text: `Tôi là ${full_name}` });
  await signIn(page, branch.secretary.card);
  await page.goto("/app/chi-bo/dang-vien");
  await expect(page.getByText(full_name).first()).toBeVisible();
  await page.goto(`/app/hop/${meeting.id}`);
  await expect(page.getByText(`Tôi là ${full_name}`)).toBeVisible();
  await expect(page.locator("main img, main b")).toHaveCount(0);
});

test("a phone without a Vietnamese voice says so, and the text is there to read", async ({ page }) => {
  const { member, paper } = await plan();
  await page.addInitScript(() => {
    const speech = { getVoices: () => [], cancel: () => undefined, addEventListener: () => undefined };
    Object.defineProperty(window, "speechSynthesis", { value: speech });
  });
  await signIn(page, member.card);
  await page.goto(`/app/van-ban/${paper}`);
  await page.getByRole("button", { name: "Nghe đọc" }).click();
  await expect(page.getByText(/^Máy này chưa có giọng đọc tiếng Việt\./)).toBeVisible();
  await expect(page.getByRole("heading", { name: "Điều 2. Thời gian" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Nghe đọc" })).toBeVisible();
});
