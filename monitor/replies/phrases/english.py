"""Replies in English."""

from monitor.replies.sentences import ANY, Phrases

ENGLISH = Phrases(
    tag="en",
    greeting="Dear {name},",
    greeting_unnamed="Hello,",
    empathy={
        ANY: "Thank you for telling us. I understand how annoying this is.",
        "delivery": "Thank you for telling us. Waiting for a parcel that does not come is annoying, above all when you "
        "counted on it.",
        "refund": "Thank you for telling us. It is your money, and having to chase it is not right.",
        "quality": "Thank you for telling us. You paid for something that works and lasts, and this did not.",
        "authenticity": "Thank you for telling us. You must be able to trust that you get what you ordered.",
        "staff": "Thank you for telling us. Nobody should be treated like that by one of us.",
        "price": "Thank you for telling us. I understand that the price was not what you expected.",
        "app": "Thank you for telling us. It is tiresome when you only want to order and the app gets in the way.",
        "support": "Thank you for telling us. Asking for help and getting no answer makes everything worse.",
        "billing": "Thank you for telling us. An error in a bill is worrying, and you want it put right at once.",
        "hygiene": "Thank you for telling us. Cleanliness is the least you can expect of us.",
        "safety": "Thank you for telling us, and I hope that you are all right. Your safety comes first.",
        "food": "Thank you for telling us. You were looking forward to a good meal, and we let you down.",
    },
    apology="I apologise for this.",
    ownership="My name is {agent}, and I look after it myself until it is solved.",
    step={
        ANY: "I am looking into what happened and will tell you by {by} what we do about it.",
        "delivery": "I am asking our delivery team where your parcel is and will tell you by {by} when it reaches you.",
        "refund": "I am checking where your refund is and will confirm by {by} when the money is with you.",
        "quality": "I am arranging a replacement, or your money back if you prefer that, and will confirm it by {by}.",
        "authenticity": "I am having the item checked and will tell you by {by} how you get the right one or your money.",
        "staff": "I am speaking with the team that was on duty and will tell you by {by} what comes of it.",
        "price": "I am having the price checked that you were charged and will tell you by {by} what I found.",
        "app": "I am passing this to our developers now and will tell you by {by} what they found. If you were about to "
        "order, I will gladly do it for you.",
        "support": "From now on you have one person to turn to: me. I will read your case and answer it by {by}.",
        "billing": "I am going through your bill and will confirm by {by} what is corrected.",
        "hygiene": "I am sending this to the manager of the place today and will tell you by {by} what was done.",
        "safety": "I am reporting this to the manager in charge right now and will call or write to you by {by}.",
        "food": "I am speaking with the kitchen today and will tell you by {by} how we make up for it.",
    },
    ask_order="Please send us your order number in a private message, so that I find it at once.",
    alternative="If that cannot be done, {alternative}.",
    offer="To make up for the trouble: {offer}.",
    closing="{agent}, {brand}",
    thanks="Thank you for your kind words. I am passing them on to those who earned them.",
    follow_up="Some days ago you told us about a problem. Has it stayed solved? If anything is still not right, answer "
    "here and I will look after it.",
    by="{weekday}, {time}",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
)
