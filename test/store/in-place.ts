/** Places for the contract: a project for each. */
import type { MakeDriver } from "../../src/driver-contract.ts";
import type { Driver, DriverOptions } from "../../src/store/driver.ts";
import { makeProject } from "../files/project.ts";

/** Opens the drivers of one place in one project. */
export function inPlace(open: (options: DriverOptions) => Driver | Promise<Driver>): MakeDriver {
  const projects = new Map<string, ReturnType<typeof makeProject>>();
  return (place, options) => {
    const project = projects.get(place) ?? makeProject({});
    projects.set(place, project);
    return open({ ...options, project, command: "test" });
  };
}
