/** What the page's style sheet has beside that of all pages. It holds no character that HTML would escape. */

export const REPRODUCTION_CSS = `.claims table{width:100%}
.claims td,.claims th[scope=row]{max-width:none}
.claims th[scope=row]{font-weight:650;min-width:14rem;width:46%}
.claims th a{font-weight:400;font-size:.8125rem;white-space:nowrap}
.claims .of-number{min-width:9.5rem}
td.short{white-space:normal;min-width:6.75rem}
.claims small{display:block;color:var(--soft);font-size:.8125rem;font-weight:400}
.outcome{white-space:nowrap;font-weight:650}
.outcome span{display:inline-block;width:1.25em}
.outcome.untested{font-weight:400;white-space:normal}
.outcome-no{color:var(--alarm)}
.outcome-none{color:var(--soft);font-weight:400}
.paper-says{border-left:.25rem solid var(--line);padding-left:1rem}
.own-claims{list-style:none;padding:0;max-width:none}
.own-claims .outcome{white-space:normal}
@media screen and (max-width:44rem){
.claims thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.claims :is(table,tbody,tr),.claims td,.claims th[scope=row]{display:block}
.claims td,.claims th[scope=row]{border:0;padding:0}
.claims tbody tr{border-bottom:1px solid var(--line);padding:.75rem 0}
.claims th[scope=row]{width:auto}
.claims td{margin-top:.35rem}
.claims td[data-of]::before{content:attr(data-of) ': ';color:var(--soft)}
}
@media print{
td.short{min-width:0}
main table{font-size:7pt}
main :is(th,td){padding-right:.35rem}
.claims :is(th[scope=row]){min-width:9rem}
.claims small,.claims th a{font-size:7pt}
}
`;
