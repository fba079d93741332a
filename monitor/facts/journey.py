"""The customer's journey: at which of its stages something went wrong or well."""

from enum import StrEnum


class Stage(StrEnum):
    """A stage of what a customer does, in order."""

    FIND = "find"  # hear of it, look for it, compare
    BUY = "buy"  # order and pay
    RECEIVE = "receive"  # wait for it and get it
    USE = "use"  # use it, eat it, live with it
    HELP = "help"  # ask for help
    RETURN = "return"  # give it back, get the money back

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    Stage.FIND: "Finding it",
    Stage.BUY: "Buying it",
    Stage.RECEIVE: "Receiving it",
    Stage.USE: "Using it",
    Stage.HELP: "Getting help",
    Stage.RETURN: "Returning it",
}
