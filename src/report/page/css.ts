/**
 * The page's style sheet. Text in the reader's own fonts, one column of at most 70 characters, one accent. It holds no
 * character that HTML would escape, so that the text in the page is the text whose digest the policy allows.
 */

import { HUES, PAGE } from '../charts/index.js';

type Theme = 'light' | 'dark';

const COLOURS: Readonly<Record<Theme, string>> = {
  light: `--page:${PAGE.light};--ink:${HUES.ink.light};--soft:#57606a;--line:#d3d9df;--panel:#f5f7f9;--accent:${HUES.blue.light};--shade:#9aa4ae;--alarm:#a1260d;--alarm-ground:#fdf0ec`,
  dark: `--page:${PAGE.dark};--ink:${HUES.ink.dark};--soft:#a3adb8;--line:#39414a;--panel:#1d2126;--accent:#8fb0ff;--shade:#66707a;--alarm:#ff9a7a;--alarm-ground:#33190f`,
};

export const PAGE_CSS = `:root{color-scheme:light dark;${COLOURS.light}}
@media screen and (prefers-color-scheme:dark){:root{${COLOURS.dark}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
header,main,footer{max-width:64rem;margin:0 auto;padding:0 clamp(1rem,4vw,2.5rem)}
header{padding-top:clamp(1.25rem,4vw,3rem)}
footer{padding-bottom:3rem;color:var(--soft);font-size:.875rem}
p,ul,ol,dl,figcaption,h1,h2,h3,h4{max-width:70ch}
p,ul,ol{margin:.75rem 0}
ul,ol{padding-left:1.25rem}
li{margin:.3rem 0}
h1,h2,h3,h4{line-height:1.25;text-wrap:balance;font-weight:650}
h1{font-size:clamp(1.375rem,1.1rem + 1.5vw,2rem);letter-spacing:-.015em;margin:.25rem 0 1rem;max-width:44ch}
h2{font-size:clamp(1.25rem,1.1rem + .9vw,1.625rem);letter-spacing:-.01em;margin:0 0 1rem}
h3{font-size:1.0625rem;margin:2rem 0 .5rem;max-width:60ch}
h4{font-size:1rem;margin:1.5rem 0 .5rem}
.broken{color:var(--alarm)}
.kicker{margin:0 0 .5rem;color:var(--soft);font-size:.875rem}
.lead{font-size:1.0625rem}
.note,.downloads,figcaption{color:var(--soft);font-size:.875rem}
.part{border-top:1px solid var(--line);margin-top:3rem;padding-top:2rem}
main .part:first-child{margin-top:1.5rem}
a{color:var(--accent);text-underline-offset:.15em}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:2px}
.skip{position:absolute;left:-999rem;top:0;background:var(--page);padding:.5rem 1rem;z-index:1}
.skip:focus{left:0}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.contents{list-style:none;padding:0;margin:1.25rem 0 0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;max-width:none;font-size:.9375rem}
.contents li{margin:0}
.contents a{display:inline-block;padding:.25rem 0}
.alarm{border:2px solid var(--alarm);border-left-width:.5rem;border-radius:.25rem;background:var(--alarm-ground);padding:1rem 1.25rem;margin:1rem 0}
.alarm-title{color:var(--alarm);font-size:1.25rem;font-weight:700;line-height:1.3;margin:0}
.alarm ul{margin-bottom:0}
.cards{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(26rem,100%),1fr));margin:1.5rem 0;align-items:start}
.card{border:1px solid var(--line);border-left:.25rem solid var(--soft);border-radius:.25rem;padding:1rem 1.25rem;background:var(--panel);max-width:74ch}
.card-raised{border-left-color:${HUES.vermilion.light}}
.card-unsound,.card-no-result{border-color:var(--alarm)}
.card h3,.card h4{margin:0 0 .5rem;font-size:1.0625rem}
.card .lead{font-size:1rem}
.card ul{font-size:.9375rem;margin-bottom:0;color:var(--soft)}
.card:last-child:nth-child(odd){grid-column:1/-1;max-width:none}
.card:last-child:nth-child(odd) ul{columns:2 24rem;column-gap:2.5rem;max-width:none}
.card li{break-inside:avoid;margin:0 0 .5rem}
.figure{margin:2.25rem 0;padding:0}
.figure h3,.figure h4{margin-top:0}
figcaption{margin:.5rem 0}
.downloads{display:inline-flex;gap:1rem;margin:0}
.downloads a,summary{display:inline-block;padding:.3rem 0}
summary{cursor:pointer;color:var(--accent);display:list-item;list-style-position:inside}
.figure details{display:inline-block;vertical-align:top;margin-right:1.5rem;max-width:100%}
.figure details[open]{display:block;margin-right:0}
.figure summary,.downloads a{font-size:.9375rem;line-height:1.4}
.fold{border-bottom:1px solid var(--line)}
.fold:first-of-type{border-top:1px solid var(--line)}
.fold summary{padding:.5rem 0}
.scroll{overflow-x:auto;margin:.75rem 0 1.25rem;max-width:100%}
@media screen and (max-width:48rem){.scroll{background:linear-gradient(to right,var(--page) 40%,transparent) left/2.5rem 100% no-repeat local,linear-gradient(to left,var(--page) 40%,transparent) right/2.5rem 100% no-repeat local,linear-gradient(to right,var(--shade),transparent) left/.5rem 100% no-repeat scroll,linear-gradient(to left,var(--shade),transparent) right/.5rem 100% no-repeat scroll}}
table{border-collapse:collapse;font-size:.875rem;line-height:1.4;overflow-wrap:normal}
caption{text-align:left;font-weight:650;padding:.25rem 0 .5rem;white-space:nowrap}
th,td{text-align:left;vertical-align:top;padding:.35rem 1.1rem .35rem 0;border-bottom:1px solid var(--line);max-width:28rem;overflow-wrap:break-word}
td,th[scope=row]{min-width:3rem}
th{font-weight:500}
thead th{color:var(--soft);vertical-align:bottom;border-bottom-color:var(--soft)}
.number{text-align:right;white-space:nowrap}
.short{white-space:nowrap}
thead :is(.number,.short){white-space:normal}
thead .short:not(:first-child){min-width:6.5rem}
pre{background:var(--panel);border:1px solid var(--line);border-radius:.25rem;padding:.75rem 1rem;white-space:pre-wrap}
code{font:.875rem/1.5 ui-monospace,monospace}
dl{margin:0}
.terms div{margin:.75rem 0}
dt{font-weight:650}
dd{margin:.1rem 0 0}
@media print{
:root{color-scheme:light}
@page{margin:16mm}
body{font-size:10pt;line-height:1.45}
h1{font-size:18pt;margin-bottom:.5rem}
h2{font-size:14pt}
h3,h4,.card h3,.card h4{font-size:11pt}
.lead,.card .lead{font-size:10pt}
.card ul,.note,figcaption{font-size:8.5pt}
figcaption{max-width:none}
.figure .chart{max-width:140mm;max-height:220mm;margin:0}
.figure{margin:1.25rem 0}
header,main,footer{max-width:none;padding:0}
.contents,.skip,.downloads,.figure details{display:none}
.figure,.alarm,tr,.card li{break-inside:avoid;margin:0 0 .5rem}
h1,h2,h3,h4,caption,thead{break-after:avoid}
.cards{display:block}
.card{margin:0 0 .5rem;padding:.5rem .75rem;max-width:none}
.card ul{columns:1;max-width:none}
.part{margin-top:1.5rem;padding-top:1rem}
.trust details::details-content{content-visibility:visible;block-size:auto}
.scroll{overflow:visible;background:none;margin:.25rem 0 .75rem}
table{font-size:7.5pt}
th,td{padding:.2rem .5rem .2rem 0}
.number,.short{white-space:normal}
a{color:inherit}
}
`;
