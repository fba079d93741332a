"""Replies in Tagalog, with the English words that people use in it."""

from monitor.replies.sentences import ANY, Phrases

TAGALOG = Phrases(
    tag="tl",
    greeting="Magandang araw po, {name},",
    greeting_unnamed="Magandang araw po,",
    empathy={
        ANY: "Salamat po sa pagsabi sa amin. Naiintindihan ko po kung gaano ito nakakainis.",
        "delivery": "Salamat po sa pagsabi sa amin. Nakakainis po talaga ang maghintay ng parcel na hindi dumarating.",
        "refund": "Salamat po sa pagsabi sa amin. Pera po ninyo iyon, at hindi tama na kailangan pa ninyong habulin.",
        "quality": "Salamat po sa pagsabi sa amin. Nagbayad po kayo para sa maayos na produkto, at hindi iyon ang dumating.",
        "authenticity": "Salamat po sa pagsabi sa amin. Dapat po na ang in-order ninyo ang siya ring matatanggap ninyo.",
        "staff": "Salamat po sa pagsabi sa amin. Hindi po kayo dapat tratuhin nang ganoon ng sinuman sa amin.",
        "price": "Salamat po sa pagsabi sa amin. Naiintindihan ko po na hindi ito ang presyong inaasahan ninyo.",
        "app": "Salamat po sa pagsabi sa amin. Nakakapagod po kung gusto lang ninyong umorder pero ayaw gumana ng app.",
        "support": "Salamat po sa pagsabi sa amin. Mas bumibigat po ang problema kapag humihingi ng tulong at walang sumasagot.",
        "billing": "Salamat po sa pagsabi sa amin. Nakakabahala po ang maling singil, at dapat itong maayos agad.",
        "hygiene": "Salamat po sa pagsabi sa amin. Ang kalinisan po ang pinakamababa na dapat ninyong maasahan sa amin.",
        "safety": "Salamat po sa pagsabi sa amin, at sana po ay ligtas kayo. Una po sa lahat ang kaligtasan ninyo.",
        "food": "Salamat po sa pagsabi sa amin. Umasa po kayo sa masarap na pagkain, at binigo namin kayo.",
    },
    apology="Humihingi po kami ng paumanhin.",
    ownership="Ako po si {agent}, at ako mismo ang tututok dito hanggang maayos ito.",
    step={
        ANY: "Inaalam ko po ngayon ang nangyari, at sasabihin ko sa inyo bago ang {by} kung ano ang gagawin namin.",
        "delivery": "Tinatanong ko po ang delivery team namin kung nasaan ang parcel ninyo, at sasabihin ko bago ang {by} "
        "kung kailan ito darating.",
        "refund": "Tinitingnan ko po kung nasaan na ang refund ninyo, at kukumpirmahin ko bago ang {by} kung kailan ninyo "
        "makukuha ang pera.",
        "quality": "Inaayos ko po ang kapalit, o ang refund kung iyon ang gusto ninyo, at kukumpirmahin ko ito bago ang {by}.",
        "authenticity": "Ipinapasuri ko po ang item, at sasabihin ko bago ang {by} kung paano ninyo makukuha ang tama o ang "
        "pera ninyo.",
        "staff": "Kakausapin ko po ang team na naka-duty noon, at sasabihin ko sa inyo ang resulta bago ang {by}.",
        "price": "Ipinapa-check ko po ang presyong siningil sa inyo, at sasabihin ko ang resulta bago ang {by}.",
        "app": "Ipinapasa ko na po ito sa mga developer namin, at sasabihin ko bago ang {by} kung ano ang nakita nila. Kung "
        "oorder po sana kayo, ako na ang gagawa para sa inyo.",
        "support": "Mula ngayon po ay iisa na lang ang kakausapin ninyo: ako. Babasahin ko ang kaso ninyo at sasagot bago ang "
        "{by}.",
        "billing": "Sinusuri ko po ang bill ninyo, at kukumpirmahin ko bago ang {by} kung ano ang itinama.",
        "hygiene": "Ipinapaabot ko po ito ngayong araw sa manager doon, at sasabihin ko bago ang {by} kung ano ang ginawa.",
        "safety": "Inire-report ko na po ito ngayon sa manager, at tatawag o susulat ako sa inyo bago ang {by}.",
        "food": "Kakausapin ko po ang kusina ngayong araw, at sasabihin ko bago ang {by} kung paano kami babawi.",
    },
    ask_order="Pakipadala po ang order number ninyo sa private message para makita ko agad.",
    alternative="Kung hindi po iyon magawa, {alternative}.",
    offer="Pambawi po sa abala: {offer}.",
    closing="{agent}, {brand}",
    thanks="Maraming salamat po sa magandang sinabi ninyo. Ipaaabot ko po ito sa mga taong nagpakahirap.",
    follow_up="Noong isang araw po ay may sinabi kayong problema sa amin. Maayos pa rin po ba ngayon? Kung may kulang pa, "
    "sumagot lang po dito at aasikasuhin ko.",
    by="{weekday}, {time}",
    weekdays=("Lunes", "Martes", "Miyerkules", "Huwebes", "Biyernes", "Sabado", "Linggo"),
)
