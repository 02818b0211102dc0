"""Start: what model collapse, a verifier and p* are, one moving picture, and the doors."""

from pages.ui.home import doors, picture, words
from pages.ui.shared import chrome, front_door, state

PAGE = "home"
FIELDS = {"presentation": state.Flag()}

front_door.enter()
front_door.forward_former_links(FIELDS)
view = state.synchronise(PAGE, FIELDS)
large = view.values["presentation"]
chrome.head(PAGE, words.TITLE, view)
picture.show(large=large)
words.show(large=large)
if not large:
    doors.show()
words.source()
chrome.onward(PAGE)
state.publish(PAGE)
