export const drawPage=()=>"";
