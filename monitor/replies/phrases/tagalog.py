"""Replies in Tagalog, with the English words that people use in it."""

from monitor.replies.sentences import ANY, Phrases

TAGALOG = Phrases(
    tag="tl",
    greeting="Magandang araw po, {name},",
    greeting_unnamed="Magandang araw po,",
    opening=(
        "Salamat po sa pagsabi sa amin.",
        "Salamat po at ipinaalam ninyo ito sa amin.",
        "Salamat po sa paglalaan ng oras para sumulat.",
    ),
    empathy={
        ANY: (
            "Naiintindihan ko po kung gaano ito nakakainis.",
            "Naiintindihan ko po kung bakit hindi kayo nasiyahan.",
        ),
        "delivery": (
            "Nakakainis po talagang maghintay ng order, lalo na kung kailangan na ninyo ito.",
            "Dapat po ay dumarating ang order ninyo sa tamang oras at tamang lugar.",
        ),
        "refund": (
            "Hindi po dapat kailangang habulin pa ang refund.",
            "Kapag pera po ninyo ang usapan, dapat ay malinaw ang sagot.",
        ),
        "quality": (
            "Kapag nagbayad po kayo, dapat ay maayos at matibay ang produkto.",
            "Nakakadismaya po kapag hindi tugma sa inaasahan ang nabili.",
        ),
        "authenticity": (
            "Kung ano po ang in-order ninyo, iyon dapat ang matanggap ninyo.",
            "Dapat po ay makapagtiwala kayo na tunay at tama ang darating.",
        ),
        "staff": (
            "Dapat po ay may respeto kami sa bawat isa.",
            "Dapat po ay magalang ang trato sa inyo sa lahat ng oras.",
        ),
        "price": (
            "Naiintindihan ko po na hindi ito ang presyong inaasahan ninyo.",
            "Dapat po ay sulit ang ibinabayad ninyo.",
        ),
        "app": (
            "Nakakainis po kapag may kailangan kayong gawin pero ayaw gumana ng app o website.",
            "Dapat po ay nakakatulong ang app, hindi nakakaabala.",
        ),
        "support": (
            "Lalo pong bumibigat ang problema kapag humihingi ng tulong at walang natatanggap.",
            "Nakakapagod po ang paulit-ulit na paghingi ng tulong.",
        ),
        "billing": (
            "Nakakabahala po ang singil na hindi ninyo inaasahan.",
            "Dapat po ay malinaw sa inyo ang bawat singil sa bill.",
        ),
        "hygiene": (
            "Kalinisan po ang pinakauna ninyong dapat maasahan sa amin.",
            "Napakahalaga po ng kalinisan, at naiintindihan ko ang pag-aalala ninyo.",
        ),
        "safety": (
            "Sana po ay ligtas kayo. Una po sa lahat ang kaligtasan ninyo.",
            "Sana po ay walang nasaktan. Wala pong mas mahalaga kaysa sa kaligtasan ninyo.",
        ),
        "food": (
            "Umasa po kayo sa masarap na pagkain, at naiintindihan ko ang pagkadismaya ninyo.",
            "Dapat po ay nag-enjoy kayo sa pagkain, kaya naiintindihan ko kung bakit hindi kayo masaya.",
        ),
    },
    apology=(
        "Humihingi po kami ng paumanhin.",
        "Ikinalulungkot po namin ito, pasensya na po kayo.",
        "Paumanhin po sa naging karanasan ninyo.",
    ),
    ownership=(
        "Ako po si {agent}, at ako mismo ang tututok dito hanggang sa maayos ito.",
        "Ako po si {agent}, at hindi ko ito bibitawan hanggang sa maayos ito.",
        "Ako po si {agent}, at sa akin na kayo puwedeng lumapit hanggang sa maayos ito.",
    ),
    step={
        ANY: "Inaalam ko po ngayon kung ano ang nangyari.",
        "delivery": "Tinatanong ko po ang delivery team namin kung ano ang nangyari sa order ninyo.",
        "refund": "Tinitingnan ko po kung nasaan na ang refund ninyo.",
        "quality": "Tinatanong ko po ang team namin kung bakit ito nangyari at kung ano ang magagawa namin.",
        "authenticity": "Inaalam ko po kung ano ang ipinadala sa inyo at kung saan ito nanggaling.",
        "staff": "Kinakausap ko po ang team na naka-duty noon.",
        "price": "Inaalam ko po kung paano nabuo ang presyong ito.",
        "app": "Ipinapasa ko na po ito sa mga developer namin. Kung apurado po kayo, sabihin lang "
        "kung ano ang kailangan ninyo at tutulungan ko kayo.",
        "support": "Binabasa ko po mula sa simula ang lahat ng isinulat ninyo sa amin.",
        "billing": "Isa-isa ko pong sinusuri ang bill at mga bayad ninyo.",
        "hygiene": "Ipinaaabot ko po ito ngayong araw sa manager doon para masuri mismo sa lugar.",
        "safety": "Inire-report ko na po ito ngayon sa manager na namamahala.",
        "food": "Kinakausap ko po ngayong araw ang kusina.",
    },
    promise=(
        "Sasabihin ko po sa inyo bago mag-{by} kung ano ang nalaman ko at kung ano ang susunod.",
        "Makakatanggap po kayo ng sagot mula sa akin bago mag-{by}.",
        "Babalikan ko po kayo bago mag-{by} para sabihin kung ano ang susunod na gagawin.",
    ),
    ask_order="Pakipadala po sa private message ang order number ninyo para makita ko agad.",
    alternative="Kung hindi po iyon magawa, {alternative}.",
    offer="Pambawi po sa abala: {offer}.",
    closing="{agent}, {brand}",
    thanks=(
        "Maraming salamat po sa magandang sinabi ninyo.",
        "Maraming salamat po sa suporta ninyo.",
        "Nakakatuwa po itong basahin, maraming salamat!",
    ),
    passed_on=(
        "Ipinaaabot ko po ito sa mga taong nasa likod nito.",
        "Matutuwa po ang team namin kapag nabasa ito.",
        "Sana po ay mapaglingkuran namin kayong muli.",
    ),
    follow_up="Ilang araw na po ang nakalipas nang may sabihin kayong problema sa amin. Maayos na po ba ang lahat ngayon? Kung "
    "may kulang pa, sumagot lang po dito at aasikasuhin ko.",
    by={0: "{clock} AM ng {weekday}", 12: "{clock} PM ng {weekday}"},
    weekdays=("Lunes", "Martes", "Miyerkules", "Huwebes", "Biyernes", "Sabado", "Linggo"),
)
