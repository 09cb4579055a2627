/** What this browser keeps, in IndexedDB. Every row belongs to a member: couples share phones. Nothing here is asked
 * for with `persist()`: Firefox would prompt, and never answer. */

const NAME = "sotay";
const VERSION = 2;

/** Stores and the keys of their rows. */
const STORES: Record<string, string | string[]> = {
  session: "member_id",
  outbox: "key",
  packs: ["member_id", "meeting_id"],
  copies: ["member_id", "path"],
  drafts: ["member_id", "subject"],
  activity: "id",
  settings: "name",
  revocations: "refresh_token",
};
export type StoreName = "session" | "outbox" | "packs" | "copies" | "drafts" | "activity" | "settings" | "revocations";
export interface Revocation {
  refresh_token: string;
}
/** Of this browser, or of a member: then it says whose it is, or its name ends in his id. */
interface Setting {
  name: string;
  member_id?: string;
}
const OF_MEMBERS: StoreName[] = ["outbox", "packs", "copies", "drafts", "activity"];

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) {
        if (request.result.objectStoreNames.contains(name)) continue;
        const store = request.result.createObjectStore(name, { keyPath });
        if (OF_MEMBERS.includes(name as StoreName)) store.createIndex("member", "member_id");
      }
    };
    request.onsuccess = () => {
      request.result.onclose = () => {
        opened = null;
      };
      // Another tab deletes or upgrades it: this one must not stand in the way.
      request.result.onversionchange = () => {
        request.result.close();
        opened = null;
      };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
}

function database(): Promise<IDBDatabase> {
  opened ??= open().catch((error) => {
    opened = null;
    throw error;
  });
  return opened;
}

/** A browser may close what it keeps under us, as of a tab that it let sleep: then it is opened once more. */
async function begin(names: StoreName[], mode: IDBTransactionMode, isStrict: boolean): Promise<IDBTransaction> {
  const options = isStrict ? { durability: "strict" as const } : undefined;
  try {
    return (await database()).transaction(names, mode, options);
  } catch (error) {
    if ((error as DOMException).name !== "InvalidStateError") throw error;
    opened = null;
    return (await database()).transaction(names, mode, options);
  }
}

export function request<T>(asked: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/** Runs `work` in one transaction and returns once it is kept: on disk, if `isStrict`. `work` may await its own
 * requests only. */
export async function transact<T>(
  names: StoreName[],
  mode: "readonly" | "readwrite",
  work: (store: (name: StoreName) => IDBObjectStore) => Promise<T>,
  isStrict = false,
): Promise<T> {
  const transaction = await begin(names, mode, isStrict);
  const kept = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
    transaction.onerror = () => reject(transaction.error);
  });
  try {
    const result = await work((name) => transaction.objectStore(name));
    await kept;
    return result;
  } catch (error) {
    kept.catch(() => undefined);
    if (transaction.error === null) tryAbort(transaction);
    throw error;
  }
}

function tryAbort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It has ended by itself.
  }
}

export function get<T>(name: StoreName, key: IDBValidKey): Promise<T | undefined> {
  return transact([name], "readonly", (store) => request<T | undefined>(store(name).get(key)));
}

export function put(name: StoreName, row: unknown, isStrict = false): Promise<unknown> {
  return transact([name], "readwrite", (store) => request(store(name).put(row)), isStrict);
}

/** Keeps a row of who is signed in here: an answer that comes after he has signed out leaves nothing behind. False: he
 * has. */
export function putOf<T extends { member_id: string }>(name: StoreName, row: T, isStrict = false): Promise<boolean> {
  return transact(
    ["session", name],
    "readwrite",
    async (store) => {
      if ((await request(store("session").getKey(row.member_id))) === undefined) return false;
      await request(store(name).put(row));
      return true;
    },
    isStrict,
  );
}

export function remove(name: StoreName, key: IDBValidKey): Promise<unknown> {
  return transact([name], "readwrite", (store) => request(store(name).delete(key)));
}

export function all<T>(name: StoreName): Promise<T[]> {
  return transact([name], "readonly", (store) => request<T[]>(store(name).getAll()));
}

/** Rows of one member, in the order of their keys. */
export function ofMember<T>(name: StoreName, member: string): Promise<T[]> {
  return transact([name], "readonly", (store) => request<T[]>(store(name).index("member").getAll(member)));
}

/** All that is kept of one member; whoever shares the phone keeps his. Left is only what tells the server that his
 * session is over, until it has been told. */
export function wipe(member: string): Promise<void> {
  return transact(["session", "revocations", "settings", ...OF_MEMBERS], "readwrite", async (store) => {
    const session = await request<{ refresh_token: string; ended: boolean } | undefined>(store("session").get(member));
    if (session && !session.ended)
      await request(store("revocations").put({ refresh_token: session.refresh_token } satisfies Revocation));
    await request(store("session").delete(member));
    for (const row of await request<Setting[]>(store("settings").getAll()))
      if (row.member_id === member || row.name.endsWith(`-${member}`))
        await request(store("settings").delete(row.name));
    for (const name of OF_MEMBERS)
      for (const key of await request(store(name).index("member").getAllKeys(member)))
        await request(store(name).delete(key));
  });
}
