import { expect, test } from "@playwright/test";
import { signIn } from "./app";
import { plan } from "./city";

test("an open meeting shows its new place by itself, in every tab, over one stream", async ({ page, context }) => {
  const { meeting, member, secretary } = await plan();
  await signIn(page, member.card);
  const streams: string[] = [];
  context.on("request", (request) => {
    if (request.url().endsWith("/v1/stream")) streams.push(request.url());
  });
  await page.goto(`/app/hop/${meeting.id}`);
  const other = await context.newPage();
  await other.goto(`/app/hop/${meeting.id}`);
  await expect(other.getByText(meeting.place).first()).toBeVisible();
  await expect.poll(() => streams.length).toBe(1);
  const place = "Hội trường tầng 3";
  await secretary.call("PATCH", `/v1/meetings/${meeting.id}`, { place }, { "If-Match": `"${meeting.version}"` });
  await expect(page.getByText(place).first()).toBeVisible();
  await expect(other.getByText(place).first()).toBeVisible();
});
