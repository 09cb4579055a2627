/** One request to the API and what came of it. Who signs it is sync/session.ts's. */
import type { components } from "./schema";

export type Shapes = components["schemas"];
export type Problem = Shapes["Problem"];
export type Member = Shapes["Member"];
export type Meeting = Shapes["Meeting"];
export type Home = Shapes["Home"];
export type Mark = Shapes["Mark"];
export type Document = Shapes["Document"];
export type Comment = Shapes["Comment"];
export type Pack = Shapes["MeetingPack"];

/** No answer came: nobody knows whether it was done. */
export class Unreachable extends Error {}

/** The server has it, and has not said yet what came of it: the same request again asks for that. */
export class Unsettled extends Error {}

/** An answer came, and it is no. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
    readonly retryAfterS: number | null,
  ) {
    super(problem.code);
  }
}

/** A no that is not about what was asked. */
export function isPassing(status: number): boolean {
  return status === 401 || status === 429 || status >= 500;
}

export interface Asking {
  token?: string;
  body?: unknown;
  bytes?: Blob;
  key?: string;
  ifMatch?: string;
  ifNoneMatch?: string;
  waitS?: number;
  timeoutMs?: number;
  /** What an answer is; else it is none of ours. */
  as?: "json" | "text" | "file" | "nothing";
  /** It goes on for long by itself: 202 is all the answer there is. */
  isJob?: boolean;
}

export interface Answer<T> {
  status: number;
  body: T;
  etag: string | null;
  /** The service behind is away, and this is an answer from before. */
  isStale: boolean;
  retryAfterS: number | null;
}

const TIMEOUT_MS = 25_000;

function headersOf(asking: Asking): Headers {
  const headers = new Headers({ "Accept-Language": "vi" });
  if (asking.token) headers.set("Authorization", `Bearer ${asking.token}`);
  if (asking.body !== undefined) headers.set("Content-Type", "application/json");
  if (asking.bytes) headers.set("Content-Type", "application/octet-stream");
  if (asking.key) headers.set("Idempotency-Key", asking.key);
  if (asking.ifMatch) headers.set("If-Match", asking.ifMatch);
  if (asking.ifNoneMatch) headers.set("If-None-Match", asking.ifNoneMatch);
  if (asking.waitS !== undefined) headers.set("Prefer", `wait=${asking.waitS}`);
  return headers;
}

async function reach(method: string, path: string, asking: Asking): Promise<Response> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), asking.timeoutMs ?? TIMEOUT_MS);
  try {
    const body = asking.bytes ?? (asking.body === undefined ? undefined : JSON.stringify(asking.body));
    const how = { cache: "no-store", redirect: "error" } as const;
    const response = await fetch(path, { method, headers: headersOf(asking), body, signal: stop.signal, ...how });
    // A body that breaks off is no answer either.
    return new Response(
      response.status === 204 || response.status === 304 ? null : await response.arrayBuffer(),
      response,
    );
  } catch {
    throw new Unreachable(path);
  } finally {
    clearTimeout(timer);
  }
}

/** Whatever stands between us and the server may answer too, and not as we do. */
function unknownProblem(status: number): Problem {
  return { type: "about:blank", title: "", status, code: "unknown", detail: null, errors: [], correlation_id: null };
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const problem = (await response.json()) as Problem;
    return typeof problem.code === "string" ? problem : unknownProblem(response.status);
  } catch {
    return unknownProblem(response.status);
  }
}

/** A network that asks for a password of its own answers everything, mostly with a page: then nothing has arrived. */
const OURS: Record<NonNullable<Asking["as"]>, (type: string, bytes: number) => boolean> = {
  nothing: (_type, bytes) => bytes === 0,
  json: (type) => /^application\/([\w.-]+\+)?json\b/.test(type),
  text: (type) => type.startsWith("text/plain"),
  file: (type) => type !== "" && !type.startsWith("text/html"),
};

async function bodyOf(path: string, response: Response, as: NonNullable<Asking["as"]>): Promise<unknown> {
  if (response.status === 204 || response.status === 304) return undefined;
  const body = await response.blob();
  if (!OURS[as](response.headers.get("Content-Type") ?? "", body.size)) throw new Unreachable(path);
  if (as === "file") return body;
  if (as === "nothing") return undefined;
  return as === "text" ? body.text() : JSON.parse(await body.text());
}

export async function ask<T>(method: string, path: string, asking: Asking = {}): Promise<Answer<T>> {
  const response = await reach(method, path, asking);
  const after = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const retryAfterS = Number.isFinite(after) ? after : null;
  if (!response.ok && response.status !== 304)
    throw new Refused(response.status, await problemOf(response), retryAfterS);
  return {
    status: response.status,
    body: (await bodyOf(path, response, asking.as ?? "json")) as T,
    etag: response.headers.get("ETag"),
    isStale: (response.headers.get("Cache-Status") ?? "").includes("stale"),
    retryAfterS,
  };
}
