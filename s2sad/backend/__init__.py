"""From the IR to a module that runs: names, syntax tree, text, and the checks before it is handed out."""
