/** The phone dies while it sends: what was written is there once, whatever the browser (WEB.md, N7). The ledger has
 * more of it, in Chromium alone. */
import { expect, test } from "@playwright/test";
import { signIn } from "./app";
import { BASE, plan, textsOf } from "./city";
import { Killable } from "./phone";

const TEXT = "Máy tắt giữa chừng";

/** The server has what is sent; the phone never hears that. */
function deafen(): void {
  const ask = window.fetch;
  window.fetch = async (what, how) => {
    const answer = await ask(what, how);
    return how?.method === "POST" && String(what).endsWith("/comments") ? new Promise(() => undefined) : answer;
  };
}

test(
  "killed while it sends, it has sent once after its restart",
  { tag: "@both" },
  async ({ playwright, browserName }) => {
    const { meeting, member, secretary } = await plan();
    test.setTimeout(120_000);
    const phone = new Killable(playwright[browserName]);
    try {
      let page = await phone.start();
      await signIn(page, member.card, BASE);
      await page.goto(`${BASE}/app/hop/${meeting.id}/y-kien`);
      await page.evaluate(deafen);
      await page.getByLabel("Ý kiến của tôi").fill(TEXT);
      await page.getByRole("button", { name: "Gửi", exact: true }).click();
      await expect.poll(() => textsOf(secretary, meeting.id)).toEqual([TEXT]);
      await phone.kill();

      page = await phone.start();
      const again = page.waitForResponse(
        (answer) => answer.url().endsWith("/comments") && answer.request().method() === "POST",
      );
      await page.goto(`${BASE}/app/chua-gui`);
      expect((await again).status()).toBe(201);
      await expect(page.getByText("Mọi thứ đã được gửi.")).toBeVisible();
      expect(await textsOf(secretary, meeting.id)).toEqual([TEXT]);
    } finally {
      await phone.throwAway();
    }
  },
);
