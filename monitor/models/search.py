"""What searching knows of a mention besides its words."""

from sqlmodel import Column, Field, SQLModel

from monitor.models.columns import Number


class SearchEntry(SQLModel, table=True):
    """A read mention that can be found; its words stand under the same position in the full-text index.

    `position` grows with the time of publishing, so that the newest are found first without sorting: see
    `monitor.store.search.position_of`. `tags` are what results are narrowed to and counted by.
    """

    __tablename__ = "search_entry"

    position: int = Field(sa_column=Column(Number, primary_key=True, autoincrement=False))
    mention_id: int = Field(foreign_key="mention.id", sa_type=Number, unique=True, ondelete="CASCADE")
    negative: float  # P(negative), 0..1
    tags: str
