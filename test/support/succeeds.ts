/** Whether the gate did what it was asked or refused it. */
import { GateError } from "../../src/base/errors.ts";

/** `false` where the gate refused; any other error is thrown on. */
export async function succeeds(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (error instanceof GateError) return false;
    throw error;
  }
}
