"""Which complaints get a case by themselves, and how urgent a case is."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field


class CaseRules(BaseModel):
    """Which complaints get a case by themselves, so that somebody must own them; each that is set is enough."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stars_at_most: float | None = Field(None, ge=1, le=5, description="a review of so many of five stars, or fewer")
    followers_at_least: int | None = Field(None, ge=1, description="a complaint that so many hear of at once")
    themes: tuple[str, ...] = Field(("safety",), description="a complaint about one of these")
    most_an_hour: int = Field(60, ge=0, description="of a brand; a storm is an incident, which has a case of its own")

    def why(self, complaint: "ComplaintFacts") -> str:
        """The rule that a text meets, in plain words; "" when it meets none."""
        stars = complaint.stars
        if self.stars_at_most is not None and stars is not None and stars <= self.stars_at_most:
            return f"{stars:.1f}".removesuffix(".0") + " of 5 stars"
        if not complaint.negative:
            return ""
        if self.followers_at_least is not None and complaint.followers >= self.followers_at_least:
            return f"{complaint.followers:,} followers"
        theme = next((theme for theme in complaint.themes if theme in self.themes), "")
        return f"about {theme}" if theme else ""


@dataclass(frozen=True, slots=True)
class ComplaintFacts:
    """A text as the rules see it; `rating` is value, worst and best as its place has them."""

    negative: bool
    followers: int = 0
    themes: tuple[str, ...] = ()
    rating: tuple[float, float, float] | None = None

    @property
    def stars(self) -> float | None:
        """The rating on a scale from one to five stars."""
        if self.rating is None:
            return None
        value, worst, best = self.rating
        return 1 + 4 * (value - worst) / (best - worst) if best > worst else None
