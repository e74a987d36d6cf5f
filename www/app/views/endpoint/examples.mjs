// States that this view is shown in, for tests and for looking at.

import { opened } from "../../testing/states.mjs";
import { endpointView } from "./view.mjs";

/** @type {{name: string, state: import('../../types').State, view: typeof endpointView}[]} */
export const examples = [
  { name: "by dates", state: opened(), view: endpointView },
  { name: "in French", state: opened("fr"), view: endpointView },
];
