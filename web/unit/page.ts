/** As much of a page as Preact needs to show a part of the app without a browser: what stands on it is its text. */
import { type ComponentChild, render } from "preact";
import { vi as vitest } from "vitest";

class Thing {
  readonly childNodes: Thing[] = [];
  parentNode: Thing | null = null;
  readonly attributes: { name: string; value: string }[] = [];
  readonly style = {};
  data = "";

  constructor(
    readonly nodeType: number,
    readonly localName: string,
  ) {}

  readonly namespaceURI = "http://www.w3.org/1999/xhtml";
  readonly ownerDocument = null;
  private readonly listeners = new Map<string, (event: object) => void>();
  addEventListener = (name: string, listener: (event: object) => void) => void this.listeners.set(name, listener);
  removeEventListener = () => undefined;
  setAttribute = () => undefined;
  removeAttribute = () => undefined;
  focus = () => undefined;

  hear(type: string, value = ""): void {
    this.listeners.get(type)?.call(this, { type, currentTarget: { value } });
  }
  get all(): Thing[] {
    return [this, ...this.childNodes.flatMap((child) => child.all)];
  }
  get firstChild(): Thing | null {
    return this.childNodes[0] ?? null;
  }
  get nextSibling(): Thing | null {
    const all = this.parentNode?.childNodes ?? [];
    return all[all.indexOf(this) + 1] ?? null;
  }
  contains(other: Thing | null): boolean {
    return other !== null && (other === this || this.contains(other.parentNode));
  }
  insertBefore(child: Thing, before: Thing | null): Thing {
    child.remove();
    const at = before ? this.childNodes.indexOf(before) : this.childNodes.length;
    this.childNodes.splice(at, 0, child);
    child.parentNode = this;
    return child;
  }
  appendChild(child: Thing): Thing {
    return this.insertBefore(child, null);
  }
  removeChild(child: Thing): Thing {
    this.childNodes.splice(this.childNodes.indexOf(child), 1);
    child.parentNode = null;
    return child;
  }
  remove(): void {
    this.parentNode?.removeChild(this);
  }
  get textContent(): string {
    return this.data + this.childNodes.map((child) => child.textContent).join("");
  }
}

const ELEMENT = 1;
const TEXT = 3;

interface Shown {
  text: () => string;
  press: (button: string) => void;
  /** Into the one long field. */
  write: (text: string) => void;
  end: () => void;
}

/** What a part of the app says, from its first picture on. */
export function show(part: ComponentChild): Shown {
  const page = new Thing(ELEMENT, "body");
  vitest.stubGlobal("document", {
    createElement: (name: string) => new Thing(ELEMENT, name),
    createElementNS: (_space: string, name: string) => new Thing(ELEMENT, name),
    createTextNode: (data: string) => Object.assign(new Thing(TEXT, ""), { data }),
  });
  const place = page as unknown as Element;
  for (const name of ["addEventListener", "removeEventListener"]) vitest.stubGlobal(name, () => undefined);
  render(part, place);
  const named = (name: string) => page.all.filter(({ localName }) => localName === name);
  return {
    text: () => page.textContent,
    press: (button) =>
      named("button")
        .find(({ textContent }) => textContent.startsWith(button))!
        .hear("click"),
    write: (text) => named("textarea")[0]!.hear("input", text),
    end: () => render(null, place),
  };
}
