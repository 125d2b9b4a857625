// node command_reference.mjs [--check] HELP.json FOLDER: the command reference in Markdown, one page per group of
// commands, from what `corral help --json` prints. --check compares instead of writing and fails on any difference.
import fs from "node:fs";
import path from "node:path";

const words = process.argv.slice(2);
const check = words[0] === "--check";
const [source, folder] = check ? words.slice(1) : words;
const tree = JSON.parse(fs.readFileSync(source, "utf8"));
const pages = new Map();
const mark = "<!-- Generated from the command tree by ./dev reference; do not edit. -->\n\n";

const fileOf = (command) => `${command.split(" ").slice(1).join("-")}.md`;
const cell = (text) => text.replaceAll("|", "\\|").replaceAll("<", "\\<").replaceAll("*", "\\*");
const code = (text) => `\`${text.replaceAll("|", "\\|")}\``;

function describe(argument) {
  const more = [];
  if (argument.choices) more.push(`one of ${argument.choices.map(code).join(", ")}`);
  if (argument.repeatable && argument.names) more.push("repeatable");
  if (argument.required && argument.names) more.push("required");
  if (argument.positional_optional) more.push("optional");
  if (argument.default) more.push(`default ${code(argument.default)}`);
  return cell(argument.description) + (more.length > 0 ? ` (${more.join("; ")})` : "");
}

function table(heading, rows) {
  return rows.length === 0 ? "" : `| ${heading} | |\n| --- | --- |\n${rows.map((row) => `| ${row.join(" | ")} |\n`).join("")}\n`;
}

const flagRow = (option) =>
  [option.names.map((name) => code(option.value_name ? `${name} ${option.value_name}` : name)).join(", "), describe(option)];

function leafText(node) {
  let text = `## ${node.command}\n\n${node.summary}.`;
  if (node.aliases) text += ` Also ${node.aliases.map(code).join(", ")}.`;
  text += `\n\n${code(node.usage)}\n\n`;
  const rows = node.positionals.map((argument) =>
    [code(`<${argument.name}>`), describe({ ...argument, positional_optional: argument.required === false })]);
  text += table("argument or flag", [...rows, ...node.options.map(flagRow)]);
  if (node.examples) text += `\`\`\`sh\n${node.examples.join("\n")}\n\`\`\`\n\n`;
  return text;
}

function groupPage(group) {
  let text = `${mark}# ${group.command}\n\n${group.summary}.`;
  if (group.aliases) text += ` Also ${group.aliases.map(code).join(", ")}.`;
  text += " The [global flags](README.md#global-flags) work everywhere.\n\n";
  text += table("command", group.commands.map((child) => [
    `[${child.command.slice("corral ".length)}](${child.commands ? fileOf(child.command) : `#${child.command.replaceAll(" ", "-")}`})`,
    cell(child.summary)]));
  for (const child of group.commands) {
    if (child.commands) groupPage(child);
    else text += leafText(child);
  }
  pages.set(fileOf(group.command), text.trimEnd() + "\n");
}

let index = `${mark}# Commands\n\nEvery command and flag of corral ${tree.version.replace(/\.\d+$/, "")}; \`corral COMMAND --help\` prints the same.\n\n`;
const groups = [];
(function collect(node) {
  for (const child of node.commands ?? []) {
    if (child.commands) groups.push(child), collect(child);
  }
})(tree);
index += table("page", groups.map((group) => [`[${group.command}](${fileOf(group.command)})`, cell(group.summary)]));
index += `## Global flags\n\n${table("flag", tree.global_options.map(flagRow))}`;
index += `## Topics\n\n${table("topic", tree.topics.map((topic) => [code(`corral help ${topic.name}`), cell(topic.summary)]))}`;
for (const child of tree.commands) {
  if (child.commands) groupPage(child);
  else index += leafText(child);
}
pages.set("README.md", index.trimEnd() + "\n");

if (!check) {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, text] of pages) fs.writeFileSync(path.join(folder, name), text);
} else {
  const stale = [];
  for (const [name, text] of pages) {
    const file = path.join(folder, name);
    if (!fs.existsSync(file) || fs.readFileSync(file, "utf8") !== text) stale.push(name);
  }
  for (const name of fs.readdirSync(folder)) if (!pages.has(name)) stale.push(name);
  if (stale.length > 0) {
    console.error(`${folder} is stale: ${stale.join(", ")}; run ./dev reference`);
    process.exit(1);
  }
}
