/** A list in parts of at most so many. */
export function lotsOf<T>(list: readonly T[], most: number): T[][] {
  const lots: T[][] = [];
  for (let at = 0; at < list.length; at += most) lots.push(list.slice(at, at + most));
  return lots;
}
