/** What is inside broke: it says so, and the rest of the page goes on. */
import { Component, type ReactNode } from "react";
import { Button } from "./Button";

export class Mishap extends Component<{ children: ReactNode }, { message: string | null }> {
  override state: { message: string | null } = { message: null };

  static getDerivedStateFromError(error: unknown): { message: string } {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    const { message } = this.state;
    if (message === null) return this.props.children;
    return (
      <div className="nowhere" role="alert">
        <h2>This part of the page could not be shown</h2>
        <p>{message}</p>
        <Button onClick={() => location.reload()}>Load the page again</Button>
      </div>
    );
  }
}
