"""Where reviews and comments usually stand in the JSON that other programs post, the likeliest place first."""

LISTS = ("events", "reviews", "items", "entries", "data.items", "data.reviews", "list", "results")
ITEMS = (
    "", "eventData", "data.object", "data.review", "data.comment", "payload.review", "review", "comment", "feedback",
    "response", "data", "payload", "event", "object", "record", "issue",
)  # fmt: skip
NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        "text", "body", "content", "comment", "message", "review", "review_text", "reviewText", "reviewBody",
        "feedback", "description", "comment.text", "review.text", "answer",
    ),
    "title": ("title", "headline", "subject", "summary", "name"),
    "rating": (
        "stars", "rating", "score", "star_rating", "starRating", "rating.value", "rating.stars", "nps", "csat",
        "reviewRating.ratingValue", "review.rating",
    ),
    "best": ("best", "bestRating", "rating.best", "rating.max", "rating.scale", "reviewRating.bestRating", "max"),
    "worst": ("worst", "worstRating", "rating.worst", "rating.min", "reviewRating.worstRating"),
    "id": ("id", "review_id", "reviewId", "comment_id", "commentId", "uuid", "guid", "external_id", "response_id"),
    "author": (
        "author.name", "author.login", "consumer.name", "consumer.displayName", "user.name", "user.login",
        "customer.name", "reviewer.name", "reviewer.display_name", "author", "reviewer", "customer", "user", "username",
        "author_name", "reviewer_name", "customer_name",
    ),
    "author_id": (
        "author.id", "consumer.id", "user.id", "customer.id", "reviewer.id", "author_id", "authorId", "user_id",
        "userId", "customer_id", "customerId", "customer.email", "reviewer.email", "email",
    ),
    "time": (
        "created_at", "createdAt", "published_at", "publishedAt", "submitted_at", "submittedAt", "datePublished",
        "date_created", "created", "date", "time", "timestamp",
    ),
    "url": ("html_url", "url", "link", "permalink", "review_url"),
    "language": ("language", "lang", "locale", "inLanguage"),
    "product": ("product.name", "product.title", "product", "product_title", "productName", "item.name", "item"),
    "parent": ("parent_id", "parentId", "in_reply_to_id", "in_reply_to"),
    "first_purchase": ("first_purchase", "firstPurchase", "new_customer"),
}  # fmt: skip
EVENT = ("eventName", "event", "event_type", "eventType", "type", "action", "topic")
