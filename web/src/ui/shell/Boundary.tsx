/** A page that breaks shows the one error view, and the shell around it goes on. */

import { Component, type ReactNode } from "react";
import { asFault, type Failure } from "../../api/failure";
import { ErrorView } from "../ErrorView";
import { anew } from "./anew";

type State = { fault?: Failure };

export class Boundary extends Component<{ children: ReactNode }, State> {
  override state: State = {};

  static getDerivedStateFromError(error: unknown): State {
    return { fault: asFault(error) };
  }

  override componentDidMount() {
    window.addEventListener("online", this.goOn);
  }

  override componentWillUnmount() {
    window.removeEventListener("online", this.goOn);
  }

  override componentDidCatch() {
    this.goOn();
  }

  /** A script that could not be loaded is loaded as soon as it can be. */
  private goOn = () => {
    if (this.state.fault?.offline) void anew(true);
  };

  private again = () => {
    if (this.state.fault?.offline) void anew(false);
    else this.setState({ fault: undefined });
  };

  override render() {
    const { fault } = this.state;
    return fault ? <ErrorView error={fault} retry={this.again} /> : this.props.children;
  }
}
