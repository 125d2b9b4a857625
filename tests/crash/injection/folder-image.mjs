// All that a folder holds, in memory: written out again for every fault.
import fs from "node:fs";
import path from "node:path";

export class FolderImage {
  constructor(folder) {
    this.entries = [];
    const first = new Map(); // of files with several names
    const read = (name) => {
      const file = path.join(folder, name);
      const status = fs.lstatSync(file);
      if (status.isSymbolicLink()) {
        this.entries.push((to) => fs.symlinkSync(fs.readlinkSync(file), path.join(to, name)));
      } else if (status.isDirectory()) {
        this.entries.push((to) => fs.mkdirSync(path.join(to, name)));
        for (const child of fs.readdirSync(file)) read(path.join(name, child));
      } else if (first.has(status.ino)) {
        const other = first.get(status.ino);
        this.entries.push((to) => fs.linkSync(path.join(to, other), path.join(to, name)));
      } else {
        const bytes = fs.readFileSync(file);
        first.set(status.ino, name);
        this.entries.push((to) => fs.writeFileSync(path.join(to, name), bytes, { mode: status.mode }));
      }
    };
    read("");
  }

  writeTo(folder) {
    for (const write of this.entries) write(folder);
  }
}
