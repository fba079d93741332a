"""The errors people meet: each says what is wrong and what to do."""


class MonitorError(Exception):
    """Base of all errors that are shown to people without a traceback."""


class ConfigError(MonitorError):
    """The operator must edit something; the command ends with exit code 2."""


class SchemaOutOfDate(MonitorError):
    """The database is behind (or ahead of) this version; says which command mends it."""


class ModelUnavailable(MonitorError):
    """The weights or a package they need are missing; says which to install."""


class TextsNotRead(MonitorError):
    """Reading ended with an error; its cause says which. The texts go on waiting, one try poorer."""


class PartFailed(MonitorError):
    """One piece of a job's work ended with an error, its cause; what it wrote is undone, the other pieces go on."""


class AnswerRefused(MonitorError):
    """A change that a person asked for is not allowed in the state the case is in; says why."""


class DeliveryError(MonitorError):
    """A message was not accepted; `permanent` means that trying again cannot help."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent
