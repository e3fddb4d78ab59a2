// Puts made-up findings, and a surface of relative risk, into the data.js of a portal, so that the page can be tested with every
// kind of finding whatever the county's own data support: add_findings(portal), or with { closed: ['moran', ...] } or { closed: true }.
export { add_findings, with_findings } from '../../web/test/findings_fixture.mjs';
