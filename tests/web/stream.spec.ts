import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { signIn } from "./app";
import { type Planned, plan } from "./city";
import { Streams, streamOpened } from "./traffic";

async function move({ meeting, secretary }: Planned, place: string): Promise<void> {
  await secretary.call("PATCH", `/v1/meetings/${meeting.id}`, { place }, { "If-Match": `"${meeting.version}"` });
}

/** The meeting on his screen, over a stream that is open; and what streams there are from there on. */
async function looking(page: Page, context: BrowserContext, { meeting, member }: Planned): Promise<Streams> {
  await Promise.all([streamOpened(page), signIn(page, member.card)]);
  const streams = new Streams(context);
  await Promise.all([streamOpened(page), page.goto(`/app/hop/${meeting.id}`)]);
  await expect(page.getByText(meeting.place).first()).toBeVisible();
  return streams;
}

/** As if another app lay over this one. */
async function setSeen(page: Page, isSeen: boolean): Promise<void> {
  await page.evaluate(
    (state) => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
      document.dispatchEvent(new Event("visibilitychange"));
    },
    isSeen ? "visible" : "hidden",
  );
}

test("an open meeting shows its new place by itself, in every tab, over one stream", async ({ page, context }) => {
  const planned = await plan();
  const { meeting } = planned;
  const streams = await looking(page, context, planned);
  const other = await context.newPage();
  await other.goto(`/app/hop/${meeting.id}`);
  await expect(other.getByText(meeting.place).first()).toBeVisible();
  const place = "Hội trường tầng 3";
  await move(planned, place);
  await expect(page.getByText(place).first()).toBeVisible();
  await expect(other.getByText(place).first()).toBeVisible();
  expect(streams.asked).toBe(1);
  expect(streams.open.size).toBe(1);
});

test("what changed while nobody looked is shown when somebody does", async ({ page, context }) => {
  const planned = await plan();
  const streams = await looking(page, context, planned);
  await setSeen(page, false);
  await expect.poll(() => streams.open.size).toBe(0);
  const place = "Hội trường tầng 4";
  await move(planned, place);
  await setSeen(page, true);
  await expect(page.getByText(place).first()).toBeVisible();
});
