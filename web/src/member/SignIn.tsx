import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { ask, Refused, type Shapes } from "../api/client";
import { vi } from "../i18n/vi";
import { deviceId } from "../sync/device";
import { isIdle, wake } from "../sync/idle";
import { waiting } from "../sync/outbox";
import { begin, me, profiles, type SessionRow } from "../sync/session";
import { Button, ButtonLink } from "../ui/Button";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { Said } from "../ui/words";

export function SignIn() {
  const { path, route } = useLocation();
  const [card, setCard] = useState(me.value?.member.card_number ?? "");
  const [password, setPassword] = useState("");
  const [otp, setOtp] = useState("");
  const [needsOtp, setNeedsOtp] = useState(false);

  async function submit() {
    const body = {
      card_number: card.trim(),
      password,
      device_id: deviceId(),
      ...(needsOtp ? { otp: otp.trim() } : {}),
    };
    try {
      const session = (await ask<Shapes["Session"]>("POST", "/v1/auth/login", { body })).body;
      wake();
      await begin(session);
    } catch (error) {
      if (!(error instanceof Refused) || error.problem.code !== "otp_required") throw error;
      setNeedsOtp(true);
      throw new Said(vi.signIn.otpAsked);
    }
    if (path === "/app/dang-nhap") route("/app/", true);
  }

  return (
    <Screen title={vi.signIn.title} hasTabs={false}>
      {isIdle.value && me.value && !me.value.ended && <Status kind="waiting">{vi.signIn.idle}</Status>}
      {me.value?.ended && <Status kind="waiting">{vi.signInAgain}</Status>}
      <Unsent />
      <People onChoose={setCard} />
      <Form submit={vi.signIn.submit} onSubmit={submit}>
        <Field
          label={vi.signIn.card}
          value={card}
          onValue={setCard}
          autoComplete="username"
          inputMode="numeric"
          isExact
        />
        <Field
          label={vi.signIn.password}
          value={password}
          onValue={setPassword}
          autoComplete="current-password"
          hint={vi.signIn.passwordHint}
          isExact
        />
        {needsOtp && (
          <Field
            label={vi.signIn.otp}
            hint={vi.signIn.otpHint}
            value={otp}
            onValue={setOtp}
            autoComplete="one-time-code"
            inputMode="numeric"
            isExact
          />
        )}
      </Form>
      <div class="stack">
        <ButtonLink href="/app/kich-hoat" kind="quiet">
          {vi.signIn.noAccount}
        </ButtonLink>
        <ButtonLink href="/app/lien-ket" kind="quiet">
          {vi.signIn.link}
        </ButtonLink>
        <p class="hint">{vi.signIn.help}</p>
      </div>
    </Screen>
  );
}

/** Who has signed in on this phone: a tap fills in the card; the password is still his own. */
function People({ onChoose }: { onChoose: (card: string) => void }) {
  const [rows, setRows] = useState<SessionRow[]>([]);
  useEffect(() => {
    void profiles().then(setRows);
  }, []);
  if (rows.length === 0) return null;
  return (
    <section class="stack">
      <h2>{vi.signIn.profiles}</h2>
      {rows.map(({ member }) => (
        <Button key={member.id} kind="quiet" onPress={() => onChoose(member.card_number)}>
          {member.full_name}
        </Button>
      ))}
    </section>
  );
}

function Unsent() {
  const [n, setN] = useState(0);
  const member = me.value?.member_id;
  useEffect(() => {
    if (member) void waiting(member).then((rows) => setN(rows.length));
  }, [member]);
  return n > 0 ? <Status kind="waiting">{vi.signIn.waiting(n)}</Status> : null;
}
