"""What came in, when, and what was wrong with it?"""

from dashboard import ui

ui.page("data_sources")

ui.section("Bring data in", "import")
ui.importing.drop()

ui.section("All imports", "imports")
ui.imports_list.listing()

ui.section("District map", "map")
ui.boundaries.editor()

ui.section("Changes of policy", "policies")
ui.policies.editor()
