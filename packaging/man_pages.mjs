// node man_pages.mjs HELP.json FOLDER [SECONDS]: the manual pages of every command and topic, in mdoc(7), from what
// `corral help --json` prints. SECONDS since 1970 date the pages.
import fs from "node:fs";
import path from "node:path";

const [source, folder, seconds = "0"] = process.argv.slice(2);
const tree = JSON.parse(fs.readFileSync(source, "utf8"));
const date = new Date(Number(seconds) * 1000).toLocaleDateString("en-US", {
  day: "numeric", month: "long", year: "numeric", timeZone: "UTC",
});

/** Text on a line of its own. */
function escaped(text) {
  // mandoc takes "list()" for the name of a function.
  return text.replaceAll("\\", "\\e").replaceAll(/(\w)\(\)/g, "$1\\&()").replace(/^([.'])/, "\\&$1");
}

/** Text to be copied: no typographic hyphens, quotes and accents. */
function literal(text) {
  return escaped(text).replaceAll("-", "\\-").replaceAll("`", "\\(ga").replaceAll("^", "\\(ha").replaceAll("~", "\\(ti")
    .replaceAll("'", "\\(aq").replaceAll('"', "\\(dq");
}

/** A word after a macro: not a macro itself, nor punctuation, which mdoc would set apart. */
function word(text) {
  return literal(text).split(" ").map((part) => (/^(%?[A-Z][a-z0-9]|[.,:;()[\]?!|-].*)$/.test(part) ? `\\&${part}` : part)).join(" ");
}

/** Lines of at most 78 bytes. */
function wrapped(text) {
  const lines = [""];
  for (const part of escaped(text).split(" ")) {
    const line = lines.at(-1);
    if (line === "") lines[lines.length - 1] = part;
    else if (Buffer.byteLength(`${line} ${part}`) <= 78) lines[lines.length - 1] += ` ${part}`;
    else lines.push(part.replace(/^([.'])/, "\\&$1"));
  }
  return lines.join("\n");
}

/** Sentences, each on its own line, as mandoc wants them. */
function prose(text) {
  return text.split(/(?<=[.!?]) +(?=[A-Z"'(-])/).map(wrapped).join("\n");
}

const pageName = (command) => command.replaceAll(" ", "-");

function describe(argument) {
  let text = argument.description;
  const more = [];
  if (argument.choices) more.push(`one of: ${argument.choices.join(", ")}`);
  if (argument.repeatable && argument.names) more.push("repeatable");
  if (argument.required && argument.names) more.push("required");
  if (argument.default) more.push(`default: ${argument.default}`);
  if (more.length > 0) text += ` (${more.join("; ")})`;
  return prose(`${text}.`);
}

function flagItem(option) {
  const names = option.names.map((name) => `Fl ${word(name.slice(1))}`.replace("Fl \\&\\-", "Fl \\-")).join(" , ");
  return `.It ${names}${option.value_name ? ` Ar ${word(option.value_name)}` : ""}\n${describe(option)}`;
}

function list(items) {
  return items.length === 0 ? "" : `.Bl -tag -width Ds\n${items.join("\n")}\n.El\n`;
}

function flags(title, options) {
  return options.length === 0 ? "" : `.Ss ${title}\n${list(options.map(flagItem))}`;
}

function synopsis(node) {
  let lines = `.Nm ${node.command}\n`;
  for (const argument of node.positionals ?? []) {
    const shown = `Ar ${word(argument.name)}${argument.repeatable ? " ..." : ""}`;
    lines += argument.required ? `.${shown}\n` : `.Op ${shown}\n`;
  }
  for (const option of (node.options ?? []).filter((option) => option.required)) {
    lines += `.Fl ${word(option.names[0].slice(1))} Ar ${word(option.value_name)}\n`;
  }
  if (node.commands) return `${lines}.Ar command\n`;
  return node.options.some((option) => !option.required) ? `${lines}.Op Ar flags\n` : lines;
}

function header(name, section, summary) {
  return `.\\" Generated from the command tree; do not edit.
.Dd ${date}
.Dt ${name.toUpperCase()} ${section}
.Os
.Sh NAME
.Nm ${name}
.Nd ${escaped(summary[0].toLowerCase() === summary[0] || /^[A-Z][A-Z0-9]/.test(summary) ? summary : summary[0].toLowerCase() + summary.slice(1))}
`;
}

function seeAlso(references) {
  const sorted = [...new Set(references)].sort();
  if (sorted.length === 0) return "";
  return `.Sh SEE ALSO\n${sorted.map((name, i) => `.Xr ${name} ${name.match(/^corral-topic-/) ? 7 : 1}${i + 1 < sorted.length ? " ," : ""}`).join("\n")}\n`;
}

function commandPage(node, parent) {
  const name = pageName(node.command);
  let page = `${header(name, 1, node.summary)}.Sh SYNOPSIS\n${synopsis(node)}.Sh DESCRIPTION\n${prose(`${node.summary}.`)}\n`;
  if (node.aliases) page += `Also:\n${node.aliases.map((alias) => `.Cm ${word(alias)}`).join(" ,\n")}\n`;
  if (node.commands) {
    page += `.Pp\nThe commands are:\n${list(node.commands.map((child) => `.It Xr ${pageName(child.command)} 1\n${prose(`${child.summary}.`)}`))}`;
  } else {
    if (node.positionals.length > 0) {
      page += `.Ss Arguments\n${list(node.positionals.map((argument) => `.It Ar ${word(argument.name)}\n${describe(argument)}`))}`;
    }
    page += flags("Flags", node.options);
  }
  page += flags("Global flags", tree.global_options);
  if (!parent) page += `.Ss Topics\n${list(tree.topics.map((topic) => `.It Xr corral-topic-${topic.name} 7\n${prose(`${topic.summary}.`)}`))}`;
  page += ".Sh EXIT STATUS\n";
  page += `${prose("0 if done; 1 for any error, wrong usage included; 3 if a check found something; 130 if interrupted.")}\n`;
  if (node.examples) {
    page += `.Sh EXAMPLES\n.Bd -literal -offset indent\n${node.examples.map(literal).join("\n")}\n.Ed\n`;
  }
  const siblings = parent && parent.command !== "corral" && !node.commands ? parent.commands.map((child) => pageName(child.command)) : [];
  const related = [...siblings.filter((other) => other !== name), ...(parent ? [pageName(parent.command), "corral"] : [])];
  return page + seeAlso(related);
}

function topicPage(topic) {
  let page = `${header(`corral-topic-${topic.name}`, 7, topic.summary)}.Sh DESCRIPTION\n`;
  topic.sections.forEach((section) => {
    page += `.Ss ${section.title}\n${section.paragraphs.map(prose).join("\n.Pp\n")}${section.paragraphs.length > 0 ? "\n" : ""}`;
    page += list(section.rows.map((row) => `.It ${word(row.name)}\n${prose(`${row.description}.`)}`));
  });
  return page + seeAlso(["corral"]);
}

function write(section, name, text) {
  fs.mkdirSync(path.join(folder, `man${section}`), { recursive: true });
  fs.writeFileSync(path.join(folder, `man${section}`, `${name}.${section}`), text);
}

function walk(node, parent) {
  write(1, pageName(node.command), commandPage(node, parent));
  for (const child of node.commands ?? []) walk(child, node);
}

walk(tree);
for (const topic of tree.topics) write(7, `corral-topic-${topic.name}`, topicPage(topic));
