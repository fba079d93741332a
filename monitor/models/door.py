"""What doors remember: events that came in, and where they are in what they read."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from monitor.models.columns import UtcDateTime


class DoorEvent(SQLModel, table=True):
    """An event that a door took in; one with the same id is the same event, and is not taken again."""

    __tablename__ = "door_event"

    source_id: int = Field(foreign_key="source.id", primary_key=True)
    event_id: str = Field(max_length=128, primary_key=True)
    received_at: datetime = Field(sa_type=UtcDateTime, index=True)


class DoorNote(SQLModel, table=True):
    """One thing that a door must not forget: the last UID of a mailbox, a file that was read, a column mapping."""

    __tablename__ = "door_note"

    source_id: int = Field(foreign_key="source.id", primary_key=True)
    name: str = Field(max_length=128, primary_key=True)
    value: str
    noted_at: datetime = Field(sa_type=UtcDateTime)
