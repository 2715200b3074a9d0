"""The one script of the form, for a shared device only: nobody touched it for a while, so it asks, and then starts again without the answers."""

IDLE = 90  # seconds without a touch until it asks
WARNING = 20  # seconds more until it starts again
AGAIN = 8  # seconds the receipt is shown
RESET = (
    "(function(){var t,box=document.getElementById('idle');"
    "function again(){document.getElementById('restart').submit()}"
    f"function ask(){{box.hidden=false;box.querySelector('button').focus();t=setTimeout(again,{WARNING}000)}}"
    f"function wait(){{clearTimeout(t);box.hidden=true;t=setTimeout(ask,{IDLE}000)}}"
    "['pointerdown','keydown','input','scroll'].forEach(function(e){addEventListener(e,wait,{passive:true})});wait()})()"
)
