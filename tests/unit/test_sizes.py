"""A file past 400 lines or a function past 40 wants to be two."""

import ast

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40


def test_files_stay_small(project_root):
    files = [*project_root.glob("selfcheck/**/*.py"), *project_root.glob("tests/**/*.py")]
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert len(sizes) > 100
    assert [str(path) for path, lines in sizes.items() if lines > MAX_FILE_LINES] == []


def test_functions_stay_small(project_root):
    long = []
    for path in project_root.glob("selfcheck/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                long += [f"{path.name}: {node.name}"] * (lines > MAX_FUNCTION_LINES)
    assert long == []
