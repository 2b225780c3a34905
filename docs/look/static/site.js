// What is wider than the screen can be moved by keyboard too, in browsers that do not see to that.
"use strict";

for (const node of document.querySelectorAll(".highlight pre, .table-wrapper")) {
  if (node.scrollWidth > node.clientWidth) node.tabIndex = 0;
}
