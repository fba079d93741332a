"""What is watched: brands and their locations."""

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, UniqueConstraint


class Brand(SQLModel, table=True):
    """A brand of the config; `slug` is its id there. Rows outlive the config so that history keeps its name."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=64, unique=True)
    name: str = Field(max_length=200)
    time_zone: str = Field(default="UTC", max_length=64)
    active: bool = True
    competitor: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})  # only compared with


class Location(SQLModel, table=True):
    """One branch of a brand."""

    __table_args__ = (UniqueConstraint("brand_id", "slug"),)

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    slug: str = Field(max_length=64)
    name: str = Field(max_length=200)
