import { Component, type ComponentChildren } from "preact";
import { vi } from "../i18n/vi";
import { Button } from "./Button";
import { Screen } from "./Screen";
import { Status } from "./Status";

interface Props {
  children: ComponentChildren;
  /** Where he is: who goes elsewhere leaves what went wrong behind. */
  at: string;
}
interface State {
  isFallen: boolean;
  at: string;
}

/** A fault of a screen's own is told, and the ways to the others stay. */
export class Fallen extends Component<Props, State> {
  override state: State = { isFallen: false, at: this.props.at };

  static override getDerivedStateFromError(): Partial<State> {
    return { isFallen: true };
  }
  static override getDerivedStateFromProps({ at }: Props, state: State): State {
    return at === state.at ? state : { isFallen: false, at };
  }
  override componentDidCatch(error: unknown): void {
    console.error(error);
  }
  render() {
    if (!this.state.isFallen) return this.props.children;
    return (
      <Screen title={vi.app}>
        <Status kind="late" isLive>
          {vi.unknownError}
        </Status>
        <Button onPress={() => this.setState({ isFallen: false })}>{vi.retry}</Button>
      </Screen>
    );
  }
}
