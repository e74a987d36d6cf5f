// What stands in place of the page where the engine cannot be started: why, and what the owner of the page around is to do.

import { h } from "../../ui/dom.mjs";

/** What the owner is to add to the policy, as it is written there. @type {Record<string, [string, string] | undefined>} */
const REMEDY = { policy_wasm: ["script-src", "'wasm-unsafe-eval'"], policy_worker: ["worker-src", "blob:"], policy_trusted_types: ["trusted-types", "riskset"] };

/** @param {string[]} lacks codes of engine/policy.mjs @param {import('../../i18n/words.mjs').Words} w @param {boolean} isHosts whether the policy is that of a page around */
export function refusedView(lacks, w, isHosts) {
  const remedies = lacks.map((code) => REMEDY[code]).filter((item) => item !== undefined);
  return h("div", { key: "refused", class: "refused notice error", role: "alert" },
    h("p", null, h("strong", null, w.t("refused.title"))),
    h("ul", null, lacks.map((code) => h("li", { key: code }, w.code("error", { code })))),
    remedies.length && isHosts ? h("p", null, w.t("refused.owner")) : null,
    remedies.length && isHosts ? h("ul", null, remedies.map(([directive, value]) => h("li", { key: value }, h("code", null, directive), " ", h("code", null, value)))) : null);
}
