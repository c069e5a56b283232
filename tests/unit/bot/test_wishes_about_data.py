"""Questions about what is kept, who reads it, and the wishes to see it or have it deleted; and what only sounds like them."""

from __future__ import annotations

import pytest

from bot.texts import load_texts
from bot.wishes import Wish, WishReader

WISHES = WishReader.of(load_texts())

DELETE = [
    "delete my data",
    "please erase everything you know about me",
    "Can you delete all my messages?",
    "remove my personal information from your system please",
    "i want my data deleted",
    "forget everything i told you",
    "wipe all the data you have on me",
    "borren mis datos",
    "por favor elimine todo lo que sabe de mí",
    "quiero que borren mi información",
    "effacez mes données",
    "supprimez tout ce que vous savez sur moi",
    "je veux supprimer mes messages",
    "apague meus dados por favor",
    "quero excluir minhas informações",
    "apaguem tudo o que sabem sobre mim",
    "删除我的数据",
    "請刪除我的個人資料",
    "把我的聊天记录全部删掉",
    "احذفوا بياناتي",
    "امسح كل معلوماتي من فضلك",
    "أريد حذف بياناتي",
]
ACCESS = [
    "what do you know about me",
    "what info do you have on me?",
    "what data does the city keep about me",
    "show me my data",
    "i want a copy of my data",
    "what is stored about me",
    "¿qué saben de mí?",
    "qué datos tienen sobre mí",
    "quiero ver mis datos",
    "que savez-vous sur moi ?",
    "qu'est-ce que vous savez sur moi",
    "je voudrais une copie de mes données",
    "o que vocês sabem sobre mim?",
    "quais dados vocês têm sobre mim",
    "你知道我的什么信息",
    "你们保存了我的哪些资料？",
    "我想查看我的个人数据",
    "ماذا تعرفون عني؟",
    "ما المعلومات التي لديكم عني",
]
READERS = [
    "who can read this",
    "who else can see my messages?",
    "is this confidential",
    "is this chat private?",
    "will my information be kept confidential",
    "is it anonymous",
    "can my landlord see this",
    "will immigration see this",
    "who reads these texts",
    "what do you do with my phone number",
    "how long do you keep my messages",
    "privacy policy",
    "do you share my number",
    "¿quién puede leer esto?",
    "es confidencial?",
    "esto es confidencial",
    "quién ve mis mensajes",
    "¿cuánto tiempo guardan mis datos?",
    "qui peut lire ça ?",
    "c'est confidentiel ?",
    "qui peut voir mes messages",
    "combien de temps gardez-vous mes messages",
    "quem pode ler isso?",
    "isso é confidencial?",
    "quem vê minhas mensagens",
    "谁能看到我的信息？",
    "这是保密的吗？",
    "我说的话会保密吗",
    "من يستطيع أن يقرأ هذا؟",
    "هل هذا سري؟",
    "مين بيشوف رسائلي",
]
OTHERWISE = [
    "delete my report about the pothole",
    "who can read the water meter",
    "is the survey confidential",
    "erase the graffiti on my wall",
    "remove the data center on Elm Street",
    "what do you know about the pool",
    "what information do you have about dog licenses",
    "who can see the council minutes",
    "is this private property",
    "is this safe to drink",
    "delete my appointment",
    "forget it",
    "can anyone see my fence from the road",
    "how long do you keep lost dogs",
    "where do I get a copy of my birth certificate",
    "show me my reports",
    "who reads the meters",
    "is it recorded when council meets",
    "borren el grafiti de mi pared",
    "quiero ver mi recibo de agua",
    "¿quién puede ver a mi hijo en la escuela?",
    "es una calle privada",
    "effacez les graffitis",
    "qui peut lire mon compteur d'eau",
    "c'est un parking privé",
    "apaguem a luz do parque",
    "quem pode ler o hidrômetro",
    "删除墙上的涂鸦",
    "谁能看水表",
    "احذفوا الكتابة من الجدار",
    "من يقرأ عداد الماء",
]


@pytest.mark.parametrize("text", DELETE)
def test_a_wish_to_have_one_s_data_deleted(text):
    assert WISHES.wish(text) is Wish.DELETE


@pytest.mark.parametrize("text", ACCESS)
def test_a_wish_to_see_one_s_data(text):
    assert WISHES.wish(text) is Wish.ACCESS


@pytest.mark.parametrize("text", READERS)
def test_a_question_who_reads_what_is_written(text):
    assert WISHES.wish(text) is Wish.READERS


@pytest.mark.parametrize("text", OTHERWISE)
def test_what_only_sounds_like_it_is_left_alone(text):
    assert WISHES.wish(text) is None
