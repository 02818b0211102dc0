"""A problem of each task to begin with by hand, longer than the original ones."""

EXAMPLES = {
    "copy": "40217693581",
    "reverse": "40217693581",
    "reverse_addition": "5802+6713",
    "forward_addition": "5802+6713",
    "multiplication": "12*345",
    "maze": "1>3#1:2-2:1,3-3:2",
}
