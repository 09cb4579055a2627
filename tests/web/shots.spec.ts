/** Every screen at the sizes and in the themes that WEB.md names: axe finds nothing, nothing lies beside the screen,
 * and a picture is left in the results for people to look at. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { type BrowserContext, chromium, expect, type Page, test } from "@playwright/test";
import { expectAccessible, expectNoSidewaysScroll, signIn, signInAs } from "./app";
import { BASE, Caller, drafted, loginOf, plan, RESULTS } from "./city";
import config from "./playwright.config";
import { Traffic } from "./traffic";

const PHONE = { width: 360, height: 740 };
const SCREEN = { width: 1366, height: 768 };
/** `fontPercent`: what the browser is set to; `size`: what he chose in the app. */
const LOOKS = [
  { name: "360-200", viewport: PHONE, fontPercent: 200, size: "usual", colorScheme: "light" },
  { name: "360-large", viewport: PHONE, fontPercent: 100, size: "large", colorScheme: "light" },
  { name: "360-largest", viewport: PHONE, fontPercent: 100, size: "largest", colorScheme: "light" },
  { name: "360-dark", viewport: PHONE, fontPercent: 100, size: "usual", colorScheme: "dark" },
  { name: "1366", viewport: SCREEN, fontPercent: 100, size: "usual", colorScheme: "light" },
  { name: "1366-dark", viewport: SCREEN, fontPercent: 100, size: "usual", colorScheme: "dark" },
] as const;

// A trace of so many pages takes longer than the pages.
test.use({ trace: "off" });

/** What a browser wrote; it may still be writing while it closes. */
const profiles: string[] = [];
test.afterAll(() => {
  for (const profile of profiles) rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

interface Opened {
  context: BrowserContext;
  page: Page;
  traffic: Traffic;
}

/** A browser whose owner wants letters of that size: what rem, and em of a query, follow. */
async function open(look: (typeof LOOKS)[number]): Promise<Opened> {
  const profile = mkdtempSync(`${tmpdir()}/sotay-web-`);
  mkdirSync(`${profile}/Default`);
  const preferences = { webkit: { webprefs: { default_font_size: (16 * look.fontPercent) / 100 } } };
  writeFileSync(`${profile}/Default/Preferences`, JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, {
    ...config.use!.launchOptions,
    baseURL: BASE,
    locale: "vi-VN",
    viewport: look.viewport,
    colorScheme: look.colorScheme,
  });
  profiles.push(profile);
  await context.addInitScript((size) => {
    if (location.protocol.startsWith("http")) localStorage.setItem("sotay-size", size);
  }, look.size);
  const page = context.pages()[0] ?? (await context.newPage());
  return { context, page, traffic: new Traffic(page) };
}

/** The whole of a screen at once: in a window as high as it is, so that the foot is where it ends. */
async function shoot({ page, traffic }: Opened, look: (typeof LOOKS)[number], name: string): Promise<void> {
  await traffic.settled(); // its height is what it will be
  await expect(page.locator(".skeleton")).toHaveCount(0);
  // A screen of which nothing came is readable too: it is none of those that are looked at here.
  await expect(page.getByRole("alert"), name).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Thử lại" }), name).toHaveCount(0);
  await expect(page.getByRole("main"), name).not.toBeEmpty();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ ...look.viewport, height: Math.max(height, look.viewport.height) });
  await page.screenshot({ path: `${RESULTS}/shots/${name}-${look.name}.png` });
  await expectNoSidewaysScroll(page, name);
  await expectAccessible(page, name);
  await page.setViewportSize(look.viewport);
}

for (const look of LOOKS) {
  test(`every screen of a member is readable at ${look.name}`, async () => {
    test.setTimeout(120_000);
    const { meeting, member, paper } = await plan();
    const opened = await open(look);
    const { context, page } = opened;
    await page.goto("/app/");
    await expect(page.getByRole("heading", { name: "Đăng nhập", level: 1 })).toBeVisible();
    await shoot(opened, look, "dang-nhap");
    await page.goto("/app/kich-hoat");
    await expect(page.getByRole("heading", { name: "Kích hoạt" })).toBeVisible();
    await shoot(opened, look, "kich-hoat");
    await signIn(page, member.card);
    await expect(page.getByText("Nhà văn hóa phường")).toBeVisible();
    await shoot(opened, look, "trang-chu");
    const screens: [string, string, string][] = [
      ["hop", `/app/hop/${meeting.id}`, "Nội dung"],
      ["y-kien", `/app/hop/${meeting.id}/y-kien`, "Góp ý"],
      ["de-xuat", `/app/hop/${meeting.id}/de-xuat`, "Các đề xuất"],
      ["van-ban", "/app/van-ban", "Văn bản"],
      ["van-ban-mot", `/app/van-ban/${paper}`, "Điều 2. Thời gian"],
      ["hop-thu", "/app/hop-thu", "Hộp thư"],
      ["bu", "/app/bu", "Những gì tôi chưa đọc"],
      ["chua-gui", "/app/chua-gui", "Chưa gửi"],
      ["cua-toi", "/app/cua-toi", "Của tôi"],
    ];
    for (const [name, path, heading] of screens) {
      await page.goto(path);
      await expect(page.getByRole("heading", { name: heading }).first()).toBeVisible();
      await shoot(opened, look, name);
    }
    await context.close();
  });
}

for (const look of LOOKS.filter((each) => each.name === "360-dark" || each.name === "1366")) {
  test(`every screen of a secretary is readable at ${look.name}`, async () => {
    test.setTimeout(120_000);
    const { meeting, branch, secretary } = await plan();
    const [one] = (await secretary.call("GET", `/v1/organizations/${branch.id}/members`)).items;
    const opened = await open(look);
    const { context, page } = opened;
    await signIn(page, branch.secretary.card);
    const screens: [string, string, string][] = [
      ["chi-bo", "/app/chi-bo", "Chi bộ"],
      ["dang-ky", "/app/chi-bo/dang-ky", "Nội dung"],
      ["goi", `/app/chi-bo/goi/${meeting.id}`, "Người chưa đọc"],
      ["diem-danh", `/app/chi-bo/diem-danh/${meeting.id}`, "Phải dự họp"],
      ["bien-ban", `/app/chi-bo/bien-ban/${meeting.id}`, "1. Kiểm điểm nghị quyết tháng trước"],
      ["nghi-quyet", `/app/chi-bo/nghi-quyet/${meeting.id}`, "Nghị quyết"],
      ["dang-vien", "/app/chi-bo/dang-vien", "Đảng viên"],
      ["dang-vien-mot", `/app/chi-bo/dang-vien/${one.id}`, one.full_name],
      ["viec", "/app/chi-bo/viec", "Việc được giao"],
      ["to-dang", "/app/chi-bo/to-dang", "Tổ đảng"],
    ];
    for (const [name, path, heading] of screens) {
      await page.goto(path);
      await expect(page.getByRole("heading", { name: heading }).first()).toBeVisible();
      await shoot(opened, look, name);
    }
    await context.close();
  });
}

for (const look of LOOKS.filter((each) => ["360-200", "360-dark", "1366", "1366-dark"].includes(each.name))) {
  test(`every screen of an officer is readable at ${look.name}`, async () => {
    test.setTimeout(120_000);
    const opened = await open(look);
    const { context, page } = opened;
    await signInAs(page, "district-officer");
    const title = `Hướng dẫn để xem ${look.name} ${Date.now()}`;
    const { officer, paper } = await drafted("district-officer", title, "internal", ["secretary"]);
    await page.goto("/app/quan-ly");
    await expect(page.getByRole("heading", { name: "Các đơn vị" })).toBeVisible();
    await shoot(opened, look, "quan-ly");
    await page.getByRole("link", { name: "Xem nơi chưa đăng ký" }).click();
    await page.getByRole("button", { name: /^Nhắc/ }).click();
    await expect(page.getByRole("heading", { name: "Nội dung sẽ gửi" })).toBeVisible();
    await shoot(opened, look, "tien-do");
    const screens: [string, string, string][] = [
      ["lich", "/app/quan-ly/lich", "Lịch họp"],
      ["ban-hanh", "/app/quan-ly/van-ban", "Văn bản đã ban hành"],
      ["soan", "/app/quan-ly/van-ban/moi", "Soạn văn bản"],
      ["ban-hanh-mot", `/app/quan-ly/van-ban/${paper.id}`, title],
      ["dat-quy-dinh", "/app/quan-ly/to-chuc/quy-dinh", "Đặt quy định riêng"],
    ];
    for (const [name, path, heading] of screens) {
      await page.goto(path);
      await expect(page.getByRole("heading", { name: heading }).first()).toBeVisible();
      await shoot(opened, look, name);
    }
    await officer.call("DELETE", `/v1/documents/${paper.id}`);
    await context.close();
  });
}

for (const look of LOOKS.filter((each) => ["360-200", "1366-dark"].includes(each.name))) {
  test(`every screen of an administrator is readable at ${look.name}`, async () => {
    test.setTimeout(120_000);
    const opened = await open(look);
    const { context, page } = opened;
    await signInAs(page, "city-admin");
    const { branch } = await new Caller(loginOf("secretary-10B").card_number).call("GET", "/v1/me");
    const screens: [string, string, string][] = [
      ["nhap", "/app/quan-ly/nhap", "Nhập danh sách"],
      ["to-chuc", "/app/quan-ly/to-chuc", "Mức sử dụng"],
      ["them", "/app/quan-ly/to-chuc/them", "Thêm đơn vị trực thuộc"],
      ["sua", `/app/quan-ly/to-chuc/sua?noi=${branch.id}`, "Sửa tên, lịch họp"],
      ["chuc-vu", `/app/quan-ly/to-chuc/chuc-vu?noi=${branch.id}`, "Giao chức vụ"],
      ["thu", `/app/quan-ly/to-chuc/thu?noi=${branch.id}`, "Thư kích hoạt"],
      ["quy-dinh", `/app/quan-ly/to-chuc/quy-dinh?noi=${branch.id}`, "Quy định"],
      ["tach", `/app/quan-ly/to-chuc/tach?noi=${branch.id}`, "Tách chi bộ"],
      ["dong", `/app/quan-ly/to-chuc/dong?noi=${branch.id}`, "Giải thể hoặc nhập"],
      ["nhat-ky", "/app/quan-ly/nhat-ky", "Nhật ký"],
    ];
    for (const [name, path, heading] of screens) {
      await page.goto(path);
      await expect(page.getByRole("heading", { name: heading }).first()).toBeVisible();
      await shoot(opened, look, name);
    }
    await context.close();
  });
}
