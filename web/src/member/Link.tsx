import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { ask, type Shapes } from "../api/client";
import { vi } from "../i18n/vi";
import { deviceId } from "../sync/device";
import { begin } from "../sync/session";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Screen } from "../ui/Screen";

/** A code that the member's first phone shows signs in his second. It may come in the address, behind a #. */
export default function Link() {
  const { route } = useLocation();
  const [code, setCode] = useState(() => {
    const given = new URLSearchParams(location.hash.slice(1)).get("k") ?? "";
    if (location.hash) history.replaceState(history.state, "", location.pathname);
    return given;
  });

  async function submit() {
    const body = { code: code.trim(), device_id: deviceId() };
    await begin((await ask<Shapes["Session"]>("POST", "/v1/auth/link", { body })).body);
    route("/app/", true);
  }

  return (
    <Screen title={vi.link.title} back="/app/dang-nhap" hasTabs={false}>
      <Form isByEnter submit={vi.link.submit} onSubmit={submit}>
        <Field label={vi.link.code} hint={vi.link.hint} value={code} onValue={setCode} autoComplete="off" isExact />
      </Form>
    </Screen>
  );
}
