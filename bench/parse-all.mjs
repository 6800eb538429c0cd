/** Parses all files of a folder with remark and frontmatter, as a plain script would, and nothing else. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import remarkFrontmatter from "remark-frontmatter";
import remarkParse from "remark-parse";
import { unified } from "unified";

const [, , folder] = process.argv;
const remark = unified().use(remarkParse).use(remarkFrontmatter).freeze();
for (const name of readdirSync(folder)) remark.parse(readFileSync(join(folder, name), "utf8"));
