// Writes src/api/schema.d.ts, which is not committed, from the gateway's contract, which is.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const TARGET = new URL("../src/api/schema.d.ts", import.meta.url);
const CONTRACT = new URL("../../services/gateway/openapi.json", import.meta.url);

const contract = JSON.parse(readFileSync(CONTRACT, "utf8"));
// The app names paths itself and needs the shapes alone.
writeFileSync(TARGET, astToString(await openapiTS({ ...contract, paths: {} })));
