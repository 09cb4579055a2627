/** The app in real browsers against the stack that SOTAY_RUN names. Debian's Chromium and Firefox; nothing is
 * downloaded. */
import { defineConfig } from "@playwright/test";
import { BASE, RESULTS } from "./city";

export default defineConfig({
  testDir: ".",
  outputDir: `${RESULTS}/web`,
  workers: 1,
  timeout: 60_000,
  // Less than `tests/run` gives it (tests/lib/parts.sh): who is killed from outside writes no results.
  globalTimeout: 23 * 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ["junit", { outputFile: `${RESULTS}/web.xml` }]],
  projects: [
    { name: "chromium" },
    {
      // What every browser must do. Its driver knows no traces.
      name: "firefox",
      grep: /@both/,
      use: {
        browserName: "firefox",
        channel: "moz-firefox",
        trace: "off",
        launchOptions: { executablePath: process.env.SOTAY_FIREFOX ?? "/usr/bin/firefox-esr" },
      },
    },
  ],
  use: {
    baseURL: BASE,
    locale: "vi-VN",
    timezoneId: "Asia/Ho_Chi_Minh",
    viewport: { width: 360, height: 740 },
    // Pictures of every moment take longer than the moments; the pages themselves are in it.
    trace: { mode: "retain-on-failure", screenshots: false },
    launchOptions: {
      executablePath: process.env.SOTAY_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
