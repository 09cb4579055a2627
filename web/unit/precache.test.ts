import { expect, test } from "vitest";
import { reached } from "../build/precache";

const chunk = (fileName: string, from: string | null, imports: string[] = [], dynamicImports: string[] = []) => ({
  fileName,
  facadeModuleId: from,
  isEntry: fileName === "main.js",
  imports,
  dynamicImports,
});

test("the worker keeps what members and secretaries come to, and nothing of the offices'", () => {
  const chunks = [
    chunk("main.js", "/web/src/main.tsx", ["kit.js"], ["Inbox.js", "Register.js", "Dashboard.js", "Tree.js"]),
    chunk("kit.js", null),
    chunk("Inbox.js", "/web/src/member/Inbox.tsx", ["list.js"]),
    chunk("list.js", null),
    chunk("Register.js", "/web/src/secretary/Register.tsx"),
    chunk("Dashboard.js", "/web/src/console/Dashboard.tsx", ["office.js", "list.js"], ["Chart.js"]),
    chunk("Chart.js", "/web/src/console/Chart.tsx", ["echarts.js"]),
    chunk("echarts.js", null),
    chunk("office.js", null),
    chunk("Tree.js", "C:\\web\\src\\admin\\Tree.tsx", ["office.js"]),
  ];
  expect([...reached(chunks)].sort()).toEqual(["Inbox.js", "Register.js", "kit.js", "list.js", "main.js"]);
});
