/**
 * A delivery in a form: connector, action and connection from what there is, and the fields of the
 * action's own schema instead of JSON.
 */

import { h, fill } from "./dom.js";
import { label, spelled } from "./format.js";
import { objectPart, part } from "./form.js";
import { resolve } from "./schema.js";
import { field, select } from "./ui.js";

/** The `special` of a form's choices, for this stack's connectors and connections. */
export const deliveries = (connectors, connections) => (schema, value, env, path) => {
  const names = Object.keys(schema.properties || {});
  const isDelivery = ["connector", "action", "input"].every((name) => names.includes(name));
  return isDelivery ? deliveryPart(schema, value || {}, env, path, connectors, connections) : null;
};

function deliveryPart(schema, value, env, path, connectors, connections) {
  const kinds = connectors.map((one) => [one.kind, one.displayName]);
  const connector = select(kinds, value.connector || connections[0]?.kind || kinds[0][0]);
  const boxes = h("div", { class: "row" });
  const place = h("div", { class: "form" });
  const at =
    "at" in schema.properties
      ? part("at", schema.properties.at, value.at, env, `${path}.at`, false)
      : null;
  let action, connection, input;

  const chooseAction = (initial) => {
    const found = chosen(connectors, connector.value).actions.find(
      (one) => one.id === action.value,
    );
    const own = { root: found.inputSchema, choices: {}, brief: true };
    input = objectPart(
      resolve(found.inputSchema, found.inputSchema),
      initial,
      own,
      `${path}.input`,
    );
    fill(
      place,
      h(
        "p",
        { class: "help" },
        found.description,
        " {{title}} stands for the output’s field of that name.",
      ),
      input.element,
    );
  };
  const chooseConnector = (initial) => {
    const found = chosen(connectors, connector.value);
    action = select(
      found.actions.filter(writes).map((one) => [one.id, one.name]),
      initial.action,
    );
    action.addEventListener("change", () => chooseAction({}));
    const own = connections.filter((one) => one.kind === connector.value);
    connection = select(
      [["", "the built-in sandbox"], ...own.map((one) => [one.id, `${one.name} (${one.mode})`])],
      initial.connectionId || "",
    );
    fill(
      boxes,
      field("Connector", connector, { path: `${path}.connector` }),
      field("Action", action, { path: `${path}.action` }),
      field("Connection", connection, { path: `${path}.connectionId` }),
    );
    chooseAction(initial.input);
  };
  connector.addEventListener("change", () => chooseConnector({}));
  chooseConnector(value);
  return {
    element: h("div", { class: "form" }, boxes, place, at?.element),
    read(wrong) {
      const read = { connector: connector.value, action: action.value, input: input.read(wrong) };
      if (connection.value) read.connectionId = connection.value;
      const time = at?.read(wrong);
      return time ? { ...read, at: time } : read;
    },
  };
}

const chosen = (connectors, kind) => connectors.find((one) => one.kind === kind);
const writes = (action) => action.effect !== "read";

/** A step's title: "Slack: post message". */
export const actionName = (step) => `${label(step.connector)}: ${spelled(step.action)}`;
