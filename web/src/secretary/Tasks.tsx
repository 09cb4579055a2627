import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { date, toField } from "../i18n/format";
import { branch as words } from "../i18n/branch";
import { byName } from "../i18n/sort";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { Field, Select } from "../ui/Field";
import { Form } from "../ui/Form";
import { Row, Rows } from "../ui/Row";
import { Screen, State } from "../ui/Screen";
import { Status } from "../ui/Status";
import { Sure } from "../ui/Sure";
import { useCopy } from "../ui/useCopy";
import { useList } from "../ui/useList";
import { Said } from "../ui/words";
import { useBranch } from "./api";

type Task = Shapes["Task"];
type Template = Shapes["AgendaTemplate"];

/** What somebody was asked to do, and what stands on every agenda: the next draft takes up both. */
export default function Tasks() {
  const branch = useBranch();
  const tasks = useList<Task>(`/v1/organizations/${branch.id}/tasks?state=open&limit=50`);
  return (
    <Screen title={words.tasks.title} of={tasks} back="/app/chi-bo">
      <section class="stack">
        <h2>{words.tasks.open}</h2>
        {tasks.data && tasks.items.length === 0 && <p>{words.tasks.none}</p>}
        <Rows>
          {tasks.items.map((task) => (
            <TaskRow key={task.id} task={task} onDone={tasks.retry} />
          ))}
        </Rows>
        {tasks.hasMore && <Button onPress={tasks.more}>{vi.more}</Button>}
        <AddTask branch={branch.id} onDone={tasks.retry} />
      </section>
      <Templates branch={branch.id} />
    </Screen>
  );
}

function TaskRow({ task, onDone }: { task: Task; onDone: () => void }) {
  const isLate = task.due_on < toField(new Date().toISOString()).slice(0, 10);
  async function settle(state: Task["state"]) {
    const asking = { body: { state }, ifMatch: `"${task.version}"`, key: newKey(), waitS: 20 };
    await askMe("PATCH", `/v1/tasks/${task.id}`, asking);
    onDone();
  }
  return (
    <Row title={<span class="strong">{task.title}</span>}>
      <span>{task.assignee?.full_name ?? words.tasks.nobody}</span>
      {isLate ? (
        <Status kind="late">{words.tasks.late(date(task.due_on))}</Status>
      ) : (
        <span>{words.tasks.due(date(task.due_on))}</span>
      )}
      <div class="line">
        <Button onPress={() => settle("done")}>{words.tasks.done}</Button>
        <Sure
          label={words.tasks.drop}
          question={words.tasks.dropSure}
          yes={words.tasks.drop}
          onYes={() => settle("dropped")}
        />
      </div>
    </Row>
  );
}

function AddTask({ branch, onDone }: { branch: string; onDone: () => void }) {
  const members = useCopy<Shapes["MemberList"]>(`/v1/organizations/${branch}/members?limit=500`);
  const [title, setTitle] = useState("");
  const [who, setWho] = useState("");
  const [due, setDue] = useState("");
  const [keys] = useState(() => new Keys());

  async function add() {
    if (!title.trim() || !due) throw new Said(words.tasks.needs);
    const body: Shapes["AddTaskInput"] = { title: title.trim(), due_on: due, ...(who ? { assignee_id: who } : {}) };
    await keys.send("POST", `/v1/organizations/${branch}/tasks`, body);
    setTitle("");
    onDone();
  }
  const people = byName(members.data?.items ?? [], (member) => member.full_name);
  return (
    <Form submit={words.tasks.add} onSubmit={add}>
      <Field label={words.tasks.what} value={title} onValue={setTitle} maxLength={200} />
      <Select
        label={words.tasks.who}
        value={who}
        onValue={setWho}
        choices={[
          { value: "", label: words.tasks.nobody },
          ...people.map((member) => ({ value: member.id, label: member.full_name })),
        ]}
      />
      <Field label={words.tasks.by} type="date" value={due} onValue={setDue} />
    </Form>
  );
}

function Templates({ branch }: { branch: string }) {
  const path = `/v1/organizations/${branch}/agenda-templates`;
  const list = useList<Template>(`${path}?limit=50`);
  const [title, setTitle] = useState("");
  const [minutes, setMinutes] = useState("15");
  const [keys] = useState(() => new Keys());

  async function add() {
    if (!title.trim()) throw new Said(words.tasks.needsTopic);
    const body: Shapes["AddAgendaTemplateInput"] = {
      title: title.trim(),
      minutes: Number.parseInt(minutes, 10) || 0,
      kinds: ["regular"],
    };
    await keys.send("POST", path, body);
    setTitle("");
    list.retry();
  }
  async function remove(id: string) {
    await askMe("DELETE", `/v1/agenda-templates/${id}`, { key: newKey(), waitS: 20 });
    list.retry();
  }
  return (
    <section class="stack">
      <h2>{words.tasks.templates}</h2>
      <State of={list} />
      {list.data && list.items.length === 0 && <p>{words.tasks.noTemplates}</p>}
      <Rows>
        {list.items.map((template) => (
          <Row key={template.id} title={<span class="strong">{template.title}</span>}>
            <span>{vi.meeting.minutes(template.minutes)}</span>
            <Sure
              label={words.tasks.remove}
              question={words.tasks.removeSure}
              yes={words.tasks.remove}
              onYes={() => remove(template.id)}
            />
          </Row>
        ))}
      </Rows>
      <Form submit={words.tasks.addTemplate} onSubmit={add}>
        <Field label={words.tasks.topic} value={title} onValue={setTitle} maxLength={200} />
        <Field label={words.tasks.minutes} type="number" inputMode="numeric" value={minutes} onValue={setMinutes} />
      </Form>
    </section>
  );
}
