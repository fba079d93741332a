"""Replies in English."""

from monitor.replies.sentences import ANY, Phrases

ENGLISH = Phrases(
    tag="en",
    greeting="Dear {name},",
    greeting_unnamed="Hello,",
    opening=("Thank you for telling us.", "Thank you for letting us know.", "Thank you for taking the time to write."),
    empathy={
        ANY: ("I understand how annoying this is.", "I can see why you are not happy with this."),
        "delivery": (
            "Waiting for an order is annoying, above all when you were counting on it.",
            "Your order should reach you on time and at the right place.",
        ),
        "refund": ("Nobody should have to chase a refund.", "When it is about your money, you want a clear answer."),
        "quality": (
            "When you spend money on something, you want it to be good and to last.",
            "It is disappointing when something you bought is not what you expected.",
        ),
        "authenticity": (
            "You must be able to trust that you get what you ordered.",
            "What you order should be genuine, and it should be what arrives.",
        ),
        "staff": ("Everyone should be treated with respect by us.", "You should be treated politely here, every time."),
        "price": (
            "I understand that the price was not what you expected.",
            "You should get good value for what you pay.",
        ),
        "app": (
            "It is tiresome when an app or a website gets in the way of what you want to do.",
            "An app should make things easier, not harder.",
        ),
        "support": (
            "Asking for help and not getting it makes everything worse.",
            "Having to ask for help again and again is exhausting.",
        ),
        "billing": (
            "A charge that you did not expect is worrying.",
            "Every amount on your bill should be clear to you.",
        ),
        "hygiene": (
            "Cleanliness is the least you can expect of us.",
            "Cleanliness matters a great deal, and I understand your concern.",
        ),
        "safety": (
            "I hope that you are all right. Your safety comes first.",
            "I hope that nobody was hurt. Nothing matters more than your safety.",
        ),
        "food": (
            "You were looking forward to a good meal, and I understand your disappointment.",
            "A meal should be a pleasure, and I understand that you are not happy.",
        ),
    },
    apology=("I apologise for this.", "I am sorry about this.", "I am sorry that you had this experience."),
    ownership=(
        "My name is {agent}, and I will look after this myself until it is solved.",
        "I am {agent}, and I will stay with this until it is solved.",
        "I am {agent}, and you can turn to me with this until it is solved.",
    ),
    step={
        ANY: "I am looking into what happened.",
        "delivery": "I am asking our delivery team what happened to your order.",
        "refund": "I am checking where your refund stands.",
        "quality": "I am asking our team why this happened and what we can do about it.",
        "authenticity": "I am checking what was sent to you and where it came from.",
        "staff": "I am speaking with the team that was on duty.",
        "price": "I am checking how this price came about.",
        "app": "I am passing this to our developers now. If it is urgent, tell me what you wanted to do and I will help.",
        "support": "I am reading everything that you have written to us, from the start.",
        "billing": "I am going through your bill and your payments one by one.",
        "hygiene": "I am passing this to the manager responsible today, so that it can be checked on the spot.",
        "safety": "I am reporting this to the manager in charge right now.",
        "food": "I am speaking with the kitchen today.",
    },
    promise=(
        "I will tell you by {by} what I found and what happens next.",
        "You will have an answer from me by {by}.",
        "I will get back to you by {by} and tell you how we go on from here.",
    ),
    ask_order="Please send us your order number in a private message, so that I can find it at once.",
    alternative="If that cannot be done, {alternative}.",
    offer="To make up for the trouble: {offer}.",
    closing="{agent}, {brand}",
    thanks=(
        "Thank you for your kind words.",
        "Thank you very much for your encouragement.",
        "It is a joy to read this, thank you!",
    ),
    passed_on=(
        "I am passing this on to those who earned it.",
        "Our team will be very glad to read it.",
        "We look forward to serving you again.",
    ),
    follow_up="A few days ago you told us about a problem. Is everything all right now? If anything is still not right, "
    "reply here and I will look after it.",
    by={0: "{weekday}, {time}"},
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
)
