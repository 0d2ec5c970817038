/** A page that breaks shows the one error view, and the shell around it goes on. */

import { Component, type ReactNode } from "react";
import { asFault } from "../../api/failure";
import { ErrorView } from "../ErrorView";

export class Boundary extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return <ErrorView error={asFault(this.state.error)} retry={() => this.setState({ error: undefined })} />;
  }
}
