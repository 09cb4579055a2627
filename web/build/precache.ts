/** What the worker keeps of the app's code: all that a member and a secretary come to. Screens of those who look after
 * many, and the charts, are loaded when somebody comes to them. */

/** Of what a build is made of, as much as is asked here. */
export interface Chunk {
  fileName: string;
  /** The module that it was made for; null: what several have in common. */
  facadeModuleId?: string | null;
  isEntry?: boolean;
  imports: string[];
  dynamicImports: string[];
}

const OFFICES = /[/\\]src[/\\](console|admin)[/\\]/;

/** Names of the chunks that are reached from the page without going to a screen of an office. */
export function reached(chunks: readonly Chunk[]): Set<string> {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const found = new Set<string>();
  const todo = chunks.filter((chunk) => chunk.isEntry);
  for (let chunk = todo.pop(); chunk; chunk = todo.pop()) {
    if (found.has(chunk.fileName)) continue;
    found.add(chunk.fileName);
    for (const name of [...chunk.imports, ...chunk.dynamicImports]) {
      const next = byName.get(name);
      if (next && !OFFICES.test(next.facadeModuleId ?? "")) todo.push(next);
    }
  }
  return found;
}
