/** What is typed over what the server has, and what becomes of it when the server has something else meanwhile. */

/** What fields hold. */
export type Fields<T> = { [K in keyof T]: string | boolean };

/** The fields which somebody else changed since `base`, to something else than is typed here. What was not touched here
 * follows the server. */
export function clashesOf<T extends Fields<T>>(base: T, typed: Partial<T>, served: T): Partial<T> {
  const names = Object.keys(typed) as (keyof T)[];
  const clashing = names.filter((name) => served[name] !== base[name] && served[name] !== typed[name]);
  return Object.fromEntries(clashing.map((name) => [name, served[name]])) as Partial<T>;
}

/** What is to be said to the server: what was touched and is not so already. */
export function changedOf<T extends Fields<T>>(typed: Partial<T>, served: T): Partial<T> {
  const names = (Object.keys(typed) as (keyof T)[]).filter((name) => typed[name] !== served[name]);
  return Object.fromEntries(names.map((name) => [name, typed[name]])) as Partial<T>;
}
