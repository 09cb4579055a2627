import { type BrowserContext, type CDPSession, expect, type Page, test } from "@playwright/test";
import { expectAccessible, expectNoSidewaysScroll, signIn } from "./app";
import { BASE, Caller, plan, registered } from "./city";

/** Headless Chromium has no push service to subscribe at: the page gets a subscription of its own making. What the
 * worker does with a message is the browser's own. */
function stubSubscribing(): void {
  const state = window as unknown as { subscription: PushSubscription | null };
  state.subscription = null;
  PushManager.prototype.getSubscription = async () => state.subscription;
  PushManager.prototype.subscribe = async (options) => {
    const endpoint = "https://push.example/subscription-of-this-test";
    state.subscription = {
      endpoint,
      options: { userVisibleOnly: true, applicationServerKey: options!.applicationServerKey },
      toJSON: () => ({ endpoint, expirationTime: null, keys: { p256dh: "p", auth: "a" } }),
      unsubscribe: async () => {
        state.subscription = null;
        return true;
      },
    } as unknown as PushSubscription;
    return state.subscription;
  };
}

/** Brings a message to the worker, as if the push service had. */
class Service {
  private constructor(
    private readonly session: CDPSession,
    private readonly registrationId: string,
  ) {}

  static async of(context: BrowserContext, page: Page): Promise<Service> {
    const session = await context.newCDPSession(page);
    const found = new Promise<string>((resolve) => {
      session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
        const ours = registrations.find(({ scopeURL, isDeleted }) => scopeURL === `${BASE}/app/` && !isDeleted);
        if (ours) resolve(ours.registrationId);
      });
    });
    await session.send("ServiceWorker.enable");
    return new Service(session, await found);
  }

  deliver(message: object): Promise<unknown> {
    const { registrationId } = this;
    const data = JSON.stringify(message);
    return this.session.send("ServiceWorker.deliverPushMessage", { origin: BASE, registrationId, data });
  }
}

interface Shown {
  title: string;
  body: string;
  tag: string;
}

function shown(page: Page): Promise<Shown[]> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.getNotifications()).map(({ title, body, tag }) => ({ title, body, tag }));
  });
}

test("a member is asked after his first meeting, his browser becomes a device, and signing out ends it", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["notifications"], { origin: BASE });
  await page.addInitScript(stubSubscribing);
  const { member, secretary, branch } = await plan();
  const browsers = async () => {
    const { items } = await new Caller(member.card).call("GET", "/v1/me/devices");
    return items.filter((device: { provider: string }) => device.provider === "webpush").length;
  };
  await signIn(page, member.card);
  await expect(page.getByText("Nhà văn hóa phường, tầng 2")).toBeVisible();
  await expect(page.getByText("Báo tin trên máy này")).toBeHidden();
  await registered(secretary, branch.id, 1_500);
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("button", { name: "Bật báo tin" })).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 40_000 });
  await expectAccessible(page, "the question whether to ring");
  await expectNoSidewaysScroll(page, "the question whether to ring");
  await page.getByRole("button", { name: "Bật báo tin" }).click();
  await expect(page.getByText("Máy này đang nhận tin báo.")).toBeVisible();
  await expect.poll(browsers).toBe(1);

  // Within the page: another would begin without a subscription.
  const subscription = () => page.evaluate(() => (window as any).subscription);
  expect(await subscription()).not.toBeNull();
  await page.getByRole("link", { name: "Của tôi" }).click();
  await page.getByRole("button", { name: "Đăng xuất", exact: true }).click();
  expect(await subscription()).not.toBeNull();
  await page.getByRole("button", { name: "Đăng xuất", exact: true }).click();
  await expect.poll(subscription).toBeNull();
  await expect.poll(browsers).toBe(0);
});

test("the worker shows what is pushed, once for each tag, and a tap opens it", async ({ page, context }) => {
  await context.grantPermissions(["notifications"], { origin: BASE });
  const { meeting, member } = await plan();
  await signIn(page, member.card);
  await page.evaluate(() => navigator.serviceWorker.ready);
  const service = await Service.of(context, page);
  const message = {
    notification_id: meeting.notification_id,
    kind: "meeting_scheduled",
    url: `/app/hop/${meeting.id}`,
    tag: meeting.notification_id,
    title: "Sổ tay",
    body: "Sổ tay: có thông báo mới",
  };
  await service.deliver(message);
  await expect.poll(() => shown(page)).toEqual([{ title: message.title, body: message.body, tag: message.tag }]);
  await service.deliver({ ...message, body: "Sổ tay: giờ họp đã đổi" });
  await expect.poll(async () => (await shown(page)).map(({ body }) => body)).toEqual(["Sổ tay: giờ họp đã đổi"]);

  await page.evaluate(() => Object.assign(window, { isSamePage: true }));
  const worker = context.serviceWorkers().find((each) => each.url() === `${BASE}/app/sw.js`)!;
  await worker.evaluate(async () => {
    const self = globalThis as unknown as ServiceWorkerGlobalScope;
    const [notification] = await self.registration.getNotifications();
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification: notification! }));
  });
  await expect(page).toHaveURL(`${BASE}/app/hop/${meeting.id}`);
  await expect(page.getByRole("heading", { name: "Nội dung" }).first()).toBeVisible();
  expect(await page.evaluate(() => "isSamePage" in window)).toBe(true); // what was being written in it is not lost
  await expect.poll(() => shown(page)).toEqual([]);
});
